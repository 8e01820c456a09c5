// What the public sockets and acceptors have in common: each holds an implementation, which is closed with it, and an
// executor for its handlers. cancel(), close(), waiting and options mean the same for all of them.
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/system_error.hpp>

#include "stack/runtime/detail/option_values.h"
#include "stack/wire/address.h"

namespace tcpstack::runtime {

// Everything but moving from, destroying and asking is_open() needs a handle that has not been moved from.
template <typename Executor, typename Impl>
class io_handle : public boost::asio::socket_base {
 public:
  using executor_type = Executor;
  using endpoint_type = Endpoint;
  using default_token = boost::asio::default_completion_token_t<Executor>;

  executor_type get_executor() const noexcept { return executor_; }
  [[nodiscard]] bool is_open() const { return impl_ != nullptr && impl_->is_open(); }

  // Completes when what is waited for would not have to wait, be it to say that there is an error, and transfers
  // nothing: a read, receive or accept for wait_read, a write or send for wait_write, and for wait_error urgent data or
  // an ICMP error; an acceptor is never ready for these two. Signature: void(error_code). Errors: operation_aborted, bad_descriptor.
  template <typename Token = default_token>
  auto async_wait(wait_type what, Token&& token = default_token()) {
    return boost::asio::async_initiate<Token, void(error_code)>(
        [this](auto handler, wait_type type) { impl_->async_wait(std::move(handler), type); },
        token, what);
  }

  // Options, Asio's own and those of socket_options.h; docs/sockets.md says who has which. A closed socket keeps them for
  // what it will open, and close() forgets them; an acceptor's are of the connections to come. Errors:
  // no_protocol_option (unknown here), invalid_argument, bad_descriptor.
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

  // Aborts the operations that wait. A connection being made is given up.
  void cancel() { impl_->cancel(); }
  void cancel(error_code& ec) {
    ec = {};
    cancel();
  }
  // Aborts the operations that wait, and gives back what is held. It may be opened again.
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
  // A cancellation that is just running may keep the implementation alive a little longer.
  void dispose() {
    if (impl_) impl_->close();
    impl_.reset();
  }
};

}  // namespace tcpstack::runtime
