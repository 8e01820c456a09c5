// Accepts TCP connections, like asio::ip::tcp::acceptor.
//
// The same rules hold as for sockets (socket.h): handlers are never called from inside, may be
// move-only, and keep their executor, allocator and cancellation slot; close() aborts. Several accepts
// may wait at a time.
#pragma once

#include <concepts>
#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associator.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/system_error.hpp>

#include "stack/runtime/acceptor_impl.h"
#include "stack/runtime/runtime.h"
#include "stack/runtime/socket.h"

namespace tcpstack::runtime {

// Handlers that turn an accepted connection into what the user has asked for. What is associated
// with the user's handler is associated with them.
template <typename Handler, typename Executor>
struct return_socket {
  Handler handler;
  Executor executor;
  void operator()(error_code ec, std::shared_ptr<socket_impl> accepted) {
    std::move(handler)(ec, basic_socket<Executor>(std::move(accepted), executor));
  }
};
template <typename Handler, typename Executor>
struct assign_socket {
  Handler handler;
  basic_socket<Executor>* peer;
  void operator()(error_code ec, std::shared_ptr<socket_impl> accepted) {
    if (!ec) *peer = basic_socket<Executor>(std::move(accepted), peer->get_executor());
    std::move(handler)(ec);
  }
};

template <typename Executor = boost::asio::any_io_executor>
class basic_acceptor : public boost::asio::socket_base {
 public:
  using executor_type = Executor;
  using endpoint_type = Endpoint;
  using default_token = boost::asio::default_completion_token_t<Executor>;

  template <typename Other>
  struct rebind_executor {
    using other = basic_acceptor<Other>;
  };

  // Closed.
  basic_acceptor(runtime& owner, const Executor& executor)
      : executor_(executor), impl_(std::make_shared<acceptor_impl>(owner, executor)) {}
  explicit basic_acceptor(runtime& owner)
    requires std::convertible_to<runtime::executor_type, Executor>
      : basic_acceptor(owner, Executor(owner.get_executor())) {}
  // Listening. Throws what listen() reports.
  basic_acceptor(runtime& owner, const Endpoint& local, std::size_t backlog = 0)
      : basic_acceptor(owner) {
    listen(local, backlog);
  }

  basic_acceptor(basic_acceptor&&) noexcept = default;
  basic_acceptor& operator=(basic_acceptor&& other) noexcept {
    if (this != &other) {
      dispose();
      executor_ = other.executor_;
      impl_ = std::move(other.impl_);
    }
    return *this;
  }
  ~basic_acceptor() { dispose(); }

  executor_type get_executor() const noexcept { return executor_; }
  [[nodiscard]] bool is_open() const { return impl_ != nullptr && impl_->is_open(); }

  // Listens on `local`; an unspecified address is ours. `backlog`: how many connections may wait, 0
  // for the configured number. Errors: address_in_use, already_open, invalid_argument (port 0).
  void listen(const Endpoint& local, std::size_t backlog, error_code& ec) {
    impl_->listen(local, backlog, ec);
  }
  void listen(const Endpoint& local, std::size_t backlog = 0) {
    error_code ec;
    listen(local, backlog, ec);
    throw_if(ec);
  }

  // The oldest established connection, as a socket of this acceptor's executor. Signature:
  // void(error_code, basic_socket<Executor>). Errors: operation_aborted, bad_descriptor (closed); the
  // socket then is one that has been moved from.
  template <typename Token = default_token>
  auto async_accept(Token&& token = default_token()) {
    return boost::asio::async_initiate<Token, void(error_code, basic_socket<Executor>)>(
        [this](auto handler) {
          using type = return_socket<decltype(handler), Executor>;
          impl_->async_accept(type{std::move(handler), executor_}, executor_);
        },
        token);
  }
  // The same into `peer`, which is closed before. Signature: void(error_code).
  template <typename Other, typename Token = default_token>
  auto async_accept(basic_socket<Other>& peer, Token&& token = default_token()) {
    return boost::asio::async_initiate<Token, void(error_code)>(
        [this](auto handler, basic_socket<Other>* to) {
          using type = assign_socket<decltype(handler), Other>;
          impl_->async_accept(type{std::move(handler), to}, to->get_executor());
        },
        token, &peer);
  }

  // The same without waiting: would_block, and a socket that is as one that has been moved from.
  basic_socket<Executor> accept(error_code& ec) {
    return basic_socket<Executor>(impl_->accept(executor_, ec), executor_);
  }

  // wait_read: completes when an accept would not wait; an acceptor is never ready for anything else. Signature:
  // void(error_code). Errors: operation_aborted, bad_descriptor.
  template <typename Token = default_token>
  auto async_wait(wait_type what, Token&& token = default_token()) {
    return boost::asio::async_initiate<Token, void(error_code)>(
        [this](auto handler, wait_type type) { impl_->async_wait(std::move(handler), type); },
        token, what);
  }

  // Options of the connections to come, which take them over (socket.h): before listen() or after it.
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

  // Aborts what waits.
  void cancel() { impl_->cancel(); }
  void cancel(error_code& ec) {
    ec = {};
    cancel();
  }
  // Stops listening; connections that nobody has accepted are reset.
  void close() { impl_->close(); }
  void close(error_code& ec) {
    ec = {};
    close();
  }

  // Errors: bad_descriptor.
  Endpoint local_endpoint(error_code& ec) const { return impl_->local_endpoint(ec); }
  Endpoint local_endpoint() const {
    error_code ec;
    const Endpoint endpoint = local_endpoint(ec);
    throw_if(ec);
    return endpoint;
  }

 private:
  static void throw_if(const error_code& ec) {
    if (ec) throw boost::system::system_error(ec);
  }
  void dispose() {
    if (impl_) impl_->close();
    impl_.reset();
  }

  Executor executor_;
  std::shared_ptr<acceptor_impl> impl_;  // nullptr: moved from
};

using acceptor = basic_acceptor<>;

}  // namespace tcpstack::runtime

template <template <typename, typename> class Associator, typename Handler, typename Executor,
          typename Default>
struct boost::asio::associator<Associator, tcpstack::runtime::return_socket<Handler, Executor>,
                               Default> : Associator<Handler, Default> {
  static auto get(const tcpstack::runtime::return_socket<Handler, Executor>& h,
                  const Default& fallback = Default()) noexcept {
    return Associator<Handler, Default>::get(h.handler, fallback);
  }
};

template <template <typename, typename> class Associator, typename Handler, typename Executor,
          typename Default>
struct boost::asio::associator<Associator, tcpstack::runtime::assign_socket<Handler, Executor>,
                               Default> : Associator<Handler, Default> {
  static auto get(const tcpstack::runtime::assign_socket<Handler, Executor>& h,
                  const Default& fallback = Default()) noexcept {
    return Associator<Handler, Default>::get(h.handler, fallback);
  }
};
