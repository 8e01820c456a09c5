// The part of an acceptor that is not a template: one listener, and the accepts that wait for it. acceptor.h has
// the contract for users.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include <boost/asio/socket_base.hpp>

#include "stack/runtime/detail/io_object.h"
#include "stack/runtime/detail/option_values.h"
#include "stack/runtime/detail/socket_impl.h"
#include "stack/runtime/error.h"
#include "stack/stack.h"
#include "stack/wire/address.h"

namespace tcpstack::runtime {

class acceptor_impl final : public io_object {
 public:
  // `peer` is the executor of the new socket.
  struct accept_operation : operation<std::shared_ptr<socket_impl>> {
    accept_operation(handler h, const origin& from, boost::asio::any_io_executor p)
        : operation(std::move(h), from), peer(std::move(p)) {}
    boost::asio::any_io_executor peer;
  };

  using wait_type = wait_operation::wait_type;

  using io_object::io_object;
  ~acceptor_impl() override;

  void listen(const Endpoint& local, std::size_t backlog, error_code& ec);
  [[nodiscard]] bool is_open() const { return listener_.has_value(); }
  // With an `obstacle` it fails so.
  void async_accept(accept_operation::handler handler, boost::asio::any_io_executor peer,
                    const error_code& obstacle = {});
  // Does not wait: would_block, and nullptr.
  std::shared_ptr<socket_impl> accept(const boost::asio::any_io_executor& peer, error_code& ec);
  // Where no connection was accepted: a closed socket.
  std::shared_ptr<socket_impl> closed_peer();
  void async_wait(wait_operation::handler handler, wait_type what);
  void cancel();
  void close();
  Endpoint local_endpoint(error_code& ec) const;
  // For future connections. Errors: see socket_impl.
  error_code set_option(int level, int name, Bytes value);
  error_code get_option(int level, int name, MutableBytes value, std::size_t& size) const;

  // --- for the runtime
  [[nodiscard]] std::optional<ListenerId> listener() const { return listener_; }
  // accept() may return a connection.
  void acceptable();
  void cancel_operation(operation_id id) override;
  void runtime_stops() override { close(); }

 private:
  void forget_stack() override;
  // Returns true if the operation is completed, false if it has to wait.
  bool try_accept(accept_operation& operation);
  bool try_wait(wait_operation& wait);

  std::optional<ListenerId> listener_;
  shared_options options_;
  operation_queue<accept_operation> accepts_;
  operation_queue<wait_operation> waits_;
};

}  // namespace tcpstack::runtime
