// The common part of the public sockets and acceptors: each holds an implementation, which is closed with it, and
// an executor for its handlers. cancel(), close(), waiting and options mean the same for all of them.
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/system_error.hpp>

#include "stack/runtime/detail/option_values.h"
#include "stack/runtime/detail/thread_watch.h"
#include "stack/wire/address.h"

namespace tcpstack::runtime {

// The way to an implementation, which belongs to one thread.
template <typename Impl>
class access {
 public:
  explicit access(Impl& impl) : impl_(impl), inside_(impl.watch_threads()) {}
  Impl* operator->() const { return &impl_; }
  Impl& operator*() const { return impl_; }

 private:
  Impl& impl_;
  inside inside_;
};

// A handle that has been moved from is like a closed one, as in Asio: it keeps its executor and may be opened again.
template <typename Executor, typename Impl>
class io_handle : public boost::asio::socket_base {
 public:
  using executor_type = Executor;
  using endpoint_type = Endpoint;
  using default_token = boost::asio::default_completion_token_t<Executor>;

  executor_type get_executor() const noexcept { return executor_; }
  [[nodiscard]] bool is_open() const { return impl()->is_open(); }

  // Completes when the operation would not have to wait (it may then report an error), and transfers nothing.
  // wait_read means a read, receive or accept; wait_write a write or send; wait_error urgent data or a problem
  // of delivery, for instance an ICMP error.
  // An acceptor is never ready for the last two. Signature: void(error_code). Errors: operation_aborted,
  // bad_descriptor.
  template <typename Token = default_token>
  auto async_wait(wait_type what, Token&& token = default_token()) {
    return boost::asio::async_initiate<Token, void(error_code)>(
        [this](auto handler, wait_type type) { impl()->async_wait(std::move(handler), type); },
        token, what);
  }

  // Options, Asio's own and those of socket_options.h; docs/sockets.md lists them for each class. A closed socket
  // keeps them for its next connection, and close() forgets them. An acceptor's apply to future connections.
  // Errors: no_protocol_option (unknown here), invalid_argument, bad_descriptor.
  template <typename Option>
  void set_option(const Option& option, error_code& ec) {
    ec = set_option_of(*impl(), option);
  }
  template <typename Option>
  void set_option(const Option& option) {
    throw_if(set_option_of(*impl(), option));
  }
  template <typename Option>
  void get_option(Option& option, error_code& ec) const {
    ec = get_option_of(*impl(), option);
  }
  template <typename Option>
  void get_option(Option& option) const {
    throw_if(get_option_of(*impl(), option));
  }

  // Aborts the waiting operations. Also ends a connect that is under way. Errors: bad_descriptor (closed).
  void cancel() {
    error_code ec;
    cancel(ec);
    throw_if(ec);
  }
  void cancel(error_code& ec) {
    ec = is_open() ? error_code() : boost::asio::error::bad_descriptor;
    impl()->cancel();
  }
  // Aborts the waiting operations, and gives the connection or port back. The object may be opened again.
  void close() { impl()->close(); }
  void close(error_code& ec) {
    ec = {};
    close();
  }

 protected:
  io_handle(const Executor& executor, std::shared_ptr<Impl> impl)
      : executor_(executor), impl_(std::move(impl)) {}
  io_handle(io_handle&& other) noexcept : executor_(other.executor_), impl_(other.give()) {}
  io_handle& operator=(io_handle&& other) noexcept {
    if (this != &other) {
      dispose();
      executor_ = other.executor_;
      impl_ = other.give();
    }
    return *this;
  }
  ~io_handle() { dispose(); }

  static void throw_if(const error_code& ec) {
    if (ec) throw boost::system::system_error(ec);
  }

  // What this handle holds, for another one. A closed object stays here: that of the runtime for all handles that
  // have been moved from. After the end of the runtime every object stays closed, so both handles may have one.
  std::shared_ptr<Impl> give() noexcept {
    auto* const owner = impl_->owner();
    auto rest = owner != nullptr ? owner->template vacant<Impl>() : impl_;
    return std::exchange(impl_, std::move(rest));
  }

  // The implementation, for one call of it.
  access<Impl> impl() {
    if (impl_->is_vacant()) impl_ = std::make_shared<Impl>(impl_->owner(), executor_);
    return access<Impl>(*impl_);
  }
  access<Impl> impl() const { return access<Impl>(*impl_); }

  Executor executor_;

 private:
  // A running cancellation may keep the implementation alive a little longer.
  void dispose() { access<Impl>(*impl_)->close(); }

  std::shared_ptr<Impl> impl_;
};

}  // namespace tcpstack::runtime
