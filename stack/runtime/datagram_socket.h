// A UDP socket as Boost.Asio users know it: like asio::ip::udp::socket.
//
// The rules of basic_socket hold (socket.h): handlers are never called from inside, may be move-only, and keep
// their executor, allocator and cancellation slot; several sends and receives wait for their turn; close() aborts.
// Each operation sends or receives one datagram, which may be empty:
//
//   - A datagram that is larger than the buffers is cut, and its rest is lost.
//   - async_send keeps a copy of the datagram while it waits.
//   - A connected socket gets only its peer's datagrams. Each ICMP error about datagrams to the peer makes one
//     operation fail: connection_refused, host_unreachable, network_unreachable.
//   - Operations of an unconnected socket do not fail so: take_failure() returns these errors.
//
//   runtime::datagram_socket socket(host, {{}, 7});    // host: see runtime.h; port 7 of our address
//   Endpoint sender;
//   std::array<char, 1500> data;
//   const std::size_t size = co_await socket.async_receive_from(asio::buffer(data), sender, asio::use_awaitable);
//   co_await socket.async_send_to(asio::buffer(data, size), sender, asio::use_awaitable);
#pragma once

#include <concepts>
#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/system_error.hpp>

#include "stack/runtime/detail/datagram_impl.h"
#include "stack/runtime/detail/io_handle.h"
#include "stack/runtime/runtime.h"

namespace tcpstack::runtime {

template <typename Executor = boost::asio::any_io_executor>
class basic_datagram_socket : public io_handle<Executor, datagram_impl> {
  using base = io_handle<Executor, datagram_impl>;

 public:
  using lowest_layer_type = basic_datagram_socket;
  using typename base::default_token;

  template <typename Other>
  struct rebind_executor {
    using other = basic_datagram_socket<Other>;
  };

  // Closed.
  basic_datagram_socket(runtime& owner, const Executor& executor)
      : base(executor, std::make_shared<datagram_impl>(&owner, executor)) {}
  explicit basic_datagram_socket(runtime& owner)
    requires std::convertible_to<runtime::executor_type, Executor>
      : basic_datagram_socket(owner, Executor(owner.get_executor())) {}
  // Bound. Throws the errors of bind().
  basic_datagram_socket(runtime& owner, const Endpoint& local) : basic_datagram_socket(owner) {
    bind(local);
  }

  lowest_layer_type& lowest_layer() { return *this; }

  // Opens the socket. Port 0: an ephemeral port; an unspecified address means ours. Errors: address_in_use
  // (or no ephemeral port is free), invalid_argument (bound already), address_not_available (not our address),
  // operation_aborted (the runtime stops).
  void bind(const Endpoint& local, error_code& ec) { impl()->bind(local, ec); }
  void bind(const Endpoint& local) {
    error_code ec;
    bind(local, ec);
    throw_if(ec);
  }
  // Sends nothing. Sets the peer, and binds to an ephemeral port if the socket is not bound.
  void connect(const Endpoint& remote, error_code& ec) { impl()->connect(remote, ec); }
  void connect(const Endpoint& remote) {
    error_code ec;
    connect(remote, ec);
    throw_if(ec);
  }

  // Signature: void(error_code, std::size_t). Errors: message_size (more than 65507 bytes),
  // invalid_argument (no single host), operation_aborted, bad_descriptor (closed).
  template <typename ConstBufferSequence, typename Token = default_token>
  auto async_send_to(const ConstBufferSequence& buffers, const Endpoint& remote,
                     Token&& token = default_token()) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](auto handler, const ConstBufferSequence& from, const Endpoint& to) {
          impl()->async_send(std::move(handler), flatten(from), to);
        },
        token, buffers, remote);
  }
  // The same to the peer. Errors also: destination_address_required (no peer), and those of ICMP.
  template <typename ConstBufferSequence, typename Token = default_token>
  auto async_send(const ConstBufferSequence& buffers, Token&& token = default_token()) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](auto handler, const ConstBufferSequence& from) {
          impl()->async_send(std::move(handler), flatten(from), std::nullopt);
        },
        token, buffers);
  }

  // The caller keeps `buffers` and `sender` alive. Signature: void(error_code, std::size_t). Errors:
  // operation_aborted, bad_descriptor, and those of ICMP about the peer.
  template <typename MutableBufferSequence, typename Token = default_token>
  auto async_receive_from(const MutableBufferSequence& buffers, Endpoint& sender,
                          Token&& token = default_token()) {
    return start_receive(buffers, &sender, token);
  }
  template <typename MutableBufferSequence, typename Token = default_token>
  auto async_receive(const MutableBufferSequence& buffers, Token&& token = default_token()) {
    return start_receive(buffers, nullptr, token);
  }

  // The same without waiting. Errors also: would_block.
  template <typename ConstBufferSequence>
  std::size_t send_to(const ConstBufferSequence& buffers, const Endpoint& remote, error_code& ec) {
    return impl()->send(flatten(buffers), remote, ec);
  }
  template <typename ConstBufferSequence>
  std::size_t send(const ConstBufferSequence& buffers, error_code& ec) {
    return impl()->send(flatten(buffers), std::nullopt, ec);
  }
  template <typename MutableBufferSequence>
  std::size_t receive_from(const MutableBufferSequence& buffers, Endpoint& sender, error_code& ec) {
    return impl()->receive(scatter(buffers), &sender, ec);
  }
  template <typename MutableBufferSequence>
  std::size_t receive(const MutableBufferSequence& buffers, error_code& ec) {
    return impl()->receive(scatter(buffers), nullptr, ec);
  }

  // Bytes of the next datagram; 0: there is none, or it is empty. Errors: bad_descriptor.
  std::size_t available(error_code& ec) const { return impl()->available(ec); }
  std::size_t available() const {
    error_code ec;
    const std::size_t size = available(ec);
    throw_if(ec);
    return size;
  }

  // The oldest ICMP error that no operation has reported (RFC 1122 section 4.1.3.3).
  std::optional<udp::Failure> take_failure() { return impl()->take_failure(); }

  // Errors: bad_descriptor; for the remote endpoint also not_connected.
  Endpoint local_endpoint(error_code& ec) const { return impl()->local_endpoint(ec); }
  Endpoint remote_endpoint(error_code& ec) const { return impl()->remote_endpoint(ec); }
  Endpoint local_endpoint() const {
    error_code ec;
    const Endpoint endpoint = local_endpoint(ec);
    throw_if(ec);
    return endpoint;
  }
  Endpoint remote_endpoint() const {
    error_code ec;
    const Endpoint endpoint = remote_endpoint(ec);
    throw_if(ec);
    return endpoint;
  }

 private:
  template <typename MutableBufferSequence, typename Token>
  auto start_receive(const MutableBufferSequence& buffers, Endpoint* sender, Token& token) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](auto handler, const MutableBufferSequence& to, Endpoint* from) {
          impl()->async_receive(std::move(handler), scatter(to), from);
        },
        token, buffers, sender);
  }
  using base::impl;
  using base::throw_if;
};

using datagram_socket = basic_datagram_socket<>;

}  // namespace tcpstack::runtime
