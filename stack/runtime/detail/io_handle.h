// The common part of the public sockets and acceptors: each holds an implementation, which is closed with it, and
// an executor for its handlers. cancel(), close(), waiting and options mean the same for all of them.
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/system_error.hpp>

#include "stack/runtime/detail/option_values.h"
#include "stack/wire/address.h"

namespace tcpstack::runtime {

// A moved-from handle can only be assigned to, destroyed, and asked is_open().
template <typename Executor, typename Impl>
class io_handle : public boost::asio::socket_base {
 public:
  using executor_type = Executor;
  using endpoint_type = Endpoint;
  using default_token = boost::asio::default_completion_token_t<Executor>;

  executor_type get_executor() const noexcept { return executor_; }
  [[nodiscard]] bool is_open() const { return impl_ != nullptr && impl_->is_open(); }

  // Completes when the operation would not have to wait (it may then report an error), and transfers nothing.
  // wait_read means a read, receive or accept; wait_write a write or send; wait_error urgent data or an ICMP error.
  // An acceptor is never ready for the last two. Signature: void(error_code). Errors: operation_aborted,
  // bad_descriptor.
  template <typename Token = default_token>
  auto async_wait(wait_type what, Token&& token = default_token()) {
    return boost::asio::async_initiate<Token, void(error_code)>(
        [this](auto handler, wait_type type) { impl_->async_wait(std::move(handler), type); },
        token, what);
  }

  // Options, Asio's own and those of socket_options.h; docs/sockets.md lists them for each class. A closed socket
  // keeps them for its next connection, and close() forgets them. An acceptor's apply to future connections.
  // Errors: no_protocol_option (unknown here), invalid_argument, bad_descriptor.
  template <typename Option>
  void set_option(const Option& option, error_code& ec) {
    ec = set_option_of(*impl_, option);
  }
  template <typename Option>
  void set_option(const Option& option) {
    throw_if(set_option_of(*impl_, option));
  }
  template <typename Option>
  void get_option(Option& option, error_code& ec) const {
    ec = get_option_of(*impl_, option);
  }
  template <typename Option>
  void get_option(Option& option) const {
    throw_if(get_option_of(*impl_, option));
  }

  // Aborts the waiting operations. Also ends a connect that is under way.
  void cancel() { impl_->cancel(); }
  void cancel(error_code& ec) {
    ec = {};
    cancel();
  }
  // Aborts the waiting operations, and gives the connection or port back. The object may be opened again.
  void close() { impl_->close(); }
  void close(error_code& ec) {
    ec = {};
    close();
  }

 protected:
  io_handle(const Executor& executor, std::shared_ptr<Impl> impl)
      : executor_(executor), impl_(std::move(impl)) {}
  io_handle(io_handle&&) noexcept = default;
  io_handle& operator=(io_handle&& other) noexcept {
    if (this != &other) {
      dispose();
      executor_ = other.executor_;
      impl_ = std::move(other.impl_);
    }
    return *this;
  }
  ~io_handle() { dispose(); }

  static void throw_if(const error_code& ec) {
    if (ec) throw boost::system::system_error(ec);
  }

  Executor executor_;
  std::shared_ptr<Impl> impl_;  // nullptr: moved from

 private:
  // A running cancellation may keep the implementation alive a little longer.
  void dispose() {
    if (impl_) impl_->close();
    impl_.reset();
  }
};

}  // namespace tcpstack::runtime
