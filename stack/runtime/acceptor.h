// Accepts TCP connections, like asio::ip::tcp::acceptor.
//
// The rules of sockets hold (socket.h): handlers are never called from inside, may be move-only, and keep their
// executor, allocator and cancellation slot; close() aborts. Several accepts may wait at a time.
//
//   runtime::acceptor acceptor(host, {{}, 7});         // host: see runtime.h; port 7 of our address
//   for (;;) serve(co_await acceptor.async_accept(asio::use_awaitable));
#pragma once

#include <concepts>
#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associator.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/system_error.hpp>

#include "stack/runtime/detail/acceptor_impl.h"
#include "stack/runtime/detail/io_handle.h"
#include "stack/runtime/runtime.h"
#include "stack/runtime/socket.h"

namespace tcpstack::runtime {

// Handlers that make the user's result from an accepted connection. They have the associations of the user's
// handler.
template <typename Handler, typename Executor>
struct return_socket {
  Handler handler;
  Executor executor;
  std::shared_ptr<socket_impl> otherwise;  // for an error: closed
  void operator()(error_code ec, std::shared_ptr<socket_impl> accepted) {
    if (!accepted) accepted = std::move(otherwise);
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
class basic_acceptor : public io_handle<Executor, acceptor_impl> {
  using base = io_handle<Executor, acceptor_impl>;

 public:
  using typename base::default_token;

  template <typename Other>
  struct rebind_executor {
    using other = basic_acceptor<Other>;
  };

  // Closed.
  basic_acceptor(runtime& owner, const Executor& executor)
      : base(executor, std::make_shared<acceptor_impl>(&owner, executor)) {}
  explicit basic_acceptor(runtime& owner)
    requires std::convertible_to<runtime::executor_type, Executor>
      : basic_acceptor(owner, Executor(owner.get_executor())) {}
  // Listening. Throws the errors of listen().
  basic_acceptor(runtime& owner, const Endpoint& local, std::size_t backlog = 0)
      : basic_acceptor(owner) {
    listen(local, backlog);
  }

  // Listens on `local`; an unspecified address means ours. At most `backlog` connections wait for the end of their
  // handshake, and as many plus one to be accepted; 0 means config.tcp.default_backlog. Errors: address_in_use,
  // address_not_available (not ours), already_open, invalid_argument (port 0), operation_aborted (the runtime stops).
  void listen(const Endpoint& local, std::size_t backlog, error_code& ec) {
    impl()->listen(local, backlog, ec);
  }
  void listen(const Endpoint& local, std::size_t backlog = 0) {
    error_code ec;
    listen(local, backlog, ec);
    throw_if(ec);
  }

  // Accepts the oldest established connection, as a socket of this acceptor's executor. Signature: void(error_code,
  // basic_socket<Executor>). Errors: operation_aborted, bad_descriptor (closed); the socket is closed then.
  template <typename Token = default_token>
  auto async_accept(Token&& token = default_token()) {
    return boost::asio::async_initiate<Token, void(error_code, basic_socket<Executor>)>(
        [this](auto handler) {
          using type = return_socket<decltype(handler), Executor>;
          const auto call = impl();
          call->async_accept(type{std::move(handler), executor_, call->closed_peer()}, executor_);
        },
        token);
  }
  // The same into `peer`, which the caller keeps alive. Signature: void(error_code). Errors also: already_open
  // (`peer`).
  template <typename Other, typename Token = default_token>
  auto async_accept(basic_socket<Other>& peer, Token&& token = default_token()) {
    return boost::asio::async_initiate<Token, void(error_code)>(
        [this](auto handler, basic_socket<Other>* to) {
          using type = assign_socket<decltype(handler), Other>;
          const error_code obstacle =
              to->is_open() ? error_code(boost::asio::error::already_open) : error_code();
          impl()->async_accept(type{std::move(handler), to}, to->get_executor(), obstacle);
        },
        token, &peer);
  }

  // The same without waiting. Errors also: would_block. The socket is closed then.
  basic_socket<Executor> accept(error_code& ec) {
    const auto call = impl();
    auto accepted = call->accept(executor_, ec);
    return basic_socket<Executor>(accepted ? std::move(accepted) : call->closed_peer(), executor_);
  }

  // Errors: bad_descriptor.
  Endpoint local_endpoint(error_code& ec) const { return impl()->local_endpoint(ec); }
  Endpoint local_endpoint() const {
    error_code ec;
    const Endpoint endpoint = local_endpoint(ec);
    throw_if(ec);
    return endpoint;
  }

 private:
  using base::executor_;
  using base::impl;
  using base::throw_if;
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
