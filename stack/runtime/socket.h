// A TCP connection in the form that Boost.Asio users know: programs for asio::ip::tcp::socket work here.
//
// basic_socket models AsyncReadStream and AsyncWriteStream, so Beast's HTTP and WebSocket (with
// beast.h), asio::ssl::stream, async_read_until and coroutines run on it unchanged. The contract, which
// tests/runtime proves rule by rule:
//
//   - A handler is never called from inside the function that starts its operation, and may be
//     move-only. Its associated executor, allocator and cancellation slot are honoured.
//   - One read and one write proceed at the same time; further ones of a kind wait for their turn.
//   - A read of zero bytes completes at once. asio::error::eof comes after the last byte.
//   - Cancelling one operation leaves the other alone. close() aborts both.
//   - The destructor closes; written text is still sent.
//   - set_option() takes the options that a kernel socket takes (docs/sockets.md).
//   - After the connection has ended, reads return the text that has arrived before. Then one operation reports the
//     reason, and later reads return eof, later writes broken_pipe.
//
//   runtime::socket socket(host);                      // host: see runtime.h
//   co_await socket.async_connect({*Address::parse("10.0.0.1"), 80}, asio::use_awaitable);
//   co_await asio::async_write(socket, asio::buffer("HEAD / HTTP/1.0\r\n\r\n", 19), asio::use_awaitable);
//
// socket_impl.cc does the work; nothing here is thread-safe (runtime.h).
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/system_error.hpp>

#include "stack/runtime/detail/io_handle.h"
#include "stack/runtime/detail/socket_impl.h"
#include "stack/runtime/detail/without_size.h"
#include "stack/runtime/runtime.h"
#include "stack/runtime/socket_options.h"

namespace tcpstack::runtime {

template <typename Executor = boost::asio::any_io_executor>
class basic_socket : public io_handle<Executor, socket_impl> {
  using base = io_handle<Executor, socket_impl>;

 public:
  using lowest_layer_type = basic_socket;
  using typename base::default_token;
  using typename base::executor_type;

  template <typename Other>
  struct rebind_executor {
    using other = basic_socket<Other>;
  };

  // Closed.
  basic_socket(runtime& owner, const Executor& executor)
      : base(executor, std::make_shared<socket_impl>(&owner, executor)) {}
  explicit basic_socket(runtime& owner)
    requires std::convertible_to<runtime::executor_type, Executor>
      : basic_socket(owner, Executor(owner.get_executor())) {}
  // For acceptors.
  basic_socket(std::shared_ptr<socket_impl> accepted, const Executor& executor)
      : base(executor, std::move(accepted)) {}

  template <typename Other>
    requires std::convertible_to<Other, Executor>
  explicit(false) basic_socket(basic_socket<Other>&& other) : base(other.executor_, other.give()) {}

  lowest_layer_type& lowest_layer() { return *this; }
  const lowest_layer_type& lowest_layer() const { return *this; }

  // The local end of the next async_connect. Optional: by default the stack's own address, and an ephemeral port.
  // Errors: invalid_argument (connected), address_not_available (not ours).
  void bind(const Endpoint& local, error_code& ec) { impl()->bind(local, ec); }
  void bind(const Endpoint& local) {
    error_code ec;
    bind(local, ec);
    throw_if(ec);
  }

  // Opens a connection. Signature: void(error_code). Errors: connection_refused, timed_out, address_in_use,
  // address_not_available (no ephemeral port is free), invalid_argument (no single host, or port 0),
  // operation_aborted (the attempt was cancelled, which closes the socket). After the peer's refusal or a timeout the
  // socket is still open, without a connection; async_connect may be called again.
  template <typename Token = default_token>
  auto async_connect(const Endpoint& remote, Token&& token = default_token()) {
    return boost::asio::async_initiate<Token, void(error_code)>(
        [this](auto handler, const Endpoint& to) {
          impl()->async_connect(without_size(std::move(handler)), to, std::nullopt);
        },
        token, remote);
  }

  // The same with text for the SYN, RFC 7413: with config.tcp.fast_open, and a cookie of the server from an earlier
  // connection, the SYN carries the beginning of `buffers`, and the server may answer it at once. The network may deliver
  // it twice (section 6.1). Signature: void(error_code, std::size_t). The number of bytes that have been taken, often 0;
  // the rest is for a write.
  template <typename ConstBufferSequence, typename Token>
  auto async_connect(const Endpoint& remote, const ConstBufferSequence& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](auto handler, const Endpoint& to, const ConstBufferSequence& from) {
          impl()->async_connect(std::move(handler), to, gather<const_buffers>(from));
        },
        token, remote, buffers);
  }

  // Reads at least one byte into `buffers`, which the caller keeps alive. Signature: void(error_code,
  // std::size_t). Errors: eof, connection_reset, timed_out, operation_aborted, bad_descriptor (closed).
  template <typename MutableBufferSequence, typename Token = default_token>
  auto async_read_some(const MutableBufferSequence& buffers, Token&& token = default_token()) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](auto handler, const MutableBufferSequence& to) {
          impl()->async_read_some(std::move(handler), gather<mutable_buffers>(to));
        },
        token, buffers);
  }

  // Takes at least one byte of `buffers` over into the stack. Signature: void(error_code,
  // std::size_t). Errors: broken_pipe (after shutdown), connection_reset, timed_out,
  // operation_aborted, bad_descriptor.
  template <typename ConstBufferSequence, typename Token = default_token>
  auto async_write_some(const ConstBufferSequence& buffers, Token&& token = default_token()) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](auto handler, const ConstBufferSequence& from) {
          impl()->async_write_some(std::move(handler), gather<const_buffers>(from), 0);
        },
        token, buffers);
  }
  // The same with flags:
  //   MSG_MORE                text for less than a segment waits for more
  //   message_end_of_record   no segment has the end of this text and the beginning of the next (MSG_EOR)
  //   message_constant        the bytes stay unchanged in their place until the runtime is destroyed, and whole blocks
  //                           of them are not copied
  //   message_out_of_band     the text up to its end is urgent (RFC 9293 section 3.8.5); not with other flags, and not
  //                           for new programs (SHLD-13)
  // Errors also: operation_not_supported (flags).
  static constexpr boost::asio::socket_base::message_flags message_constant = MSG_ZEROCOPY;
  template <typename ConstBufferSequence, typename Token = default_token>
  auto async_send(const ConstBufferSequence& buffers, boost::asio::socket_base::message_flags flags,
                  Token&& token = default_token()) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this, flags](auto handler, const ConstBufferSequence& from) {
          impl()->async_write_some(std::move(handler), gather<const_buffers>(from), flags);
        },
        token, buffers);
  }

  // Under the names of asio::ip::tcp::socket.
  template <typename MutableBufferSequence, typename Token = default_token>
  auto async_receive(const MutableBufferSequence& buffers, Token&& token = default_token()) {
    return async_read_some(buffers, std::forward<Token>(token));
  }
  template <typename ConstBufferSequence, typename Token = default_token>
  auto async_send(const ConstBufferSequence& buffers, Token&& token = default_token()) {
    return async_write_some(buffers, std::forward<Token>(token));
  }

  // The same without waiting. Errors also: would_block.
  template <typename MutableBufferSequence>
  std::size_t read_some(const MutableBufferSequence& buffers, error_code& ec) {
    return impl()->read_some(gather<mutable_buffers>(buffers), ec);
  }
  template <typename ConstBufferSequence>
  std::size_t write_some(const ConstBufferSequence& buffers, error_code& ec) {
    return impl()->write_some(gather<const_buffers>(buffers), 0, ec);
  }

  // Like read_some() for at most `most` bytes, which are dropped without a copy.
  // Linux: RFC 9293 section 3.10.3 has no such call. We have it, like recv(2) with `MSG_TRUNC`. You can see it: the
  // window opens as after a read.
  std::size_t skip(std::size_t most, error_code& ec) { return impl()->skip(most, ec); }

  // Is the next byte the last one of the peer's urgent data? Urgent data stays in its place in the text, as with
  // Linux's SO_OOBINLINE, which RFC 6093 section 6 recommends. async_wait(wait_error) reports it, status().urgent has
  // its size, and no read goes past the byte before this mark (MUST-32, MUST-33). Errors: bad_descriptor.
  bool at_mark(error_code& ec) const { return impl()->at_mark(ec); }
  bool at_mark() const {
    error_code ec;
    const bool is_there = at_mark(ec);
    throw_if(ec);
    return is_there;
  }

  // The newest problem of delivery that nobody has taken; success if there is none. The connection goes on:
  // host_unreachable, network_unreachable or no_protocol_option for an ICMP error (MUST-47), timed_out if R1
  // retransmissions had no answer (SHLD-9). async_wait(wait_error) waits for one. report_problems(false) switches both
  // off (SHLD-20).
  error_code take_problem() { return impl()->take_problem(); }

  // shutdown_send: the peer reads the written text, then the end (a FIN). shutdown_receive: reads return eof from
  // now on.
  void shutdown(boost::asio::socket_base::shutdown_type what, error_code& ec) {
    impl()->shutdown(what, ec);
  }
  void shutdown(boost::asio::socket_base::shutdown_type what) {
    error_code ec;
    shutdown(what, ec);
    throw_if(ec);
  }

  // Drops the written text, and sends a RST to the peer (RFC 9293 section 3.10.5). close() and the destructor
  // instead give the connection back to the stack, which sends the written text and a FIN, or a RST if received
  // bytes are unread (section 3.6.1).
  void abort() { impl()->abort(); }

  // Errors: bad_descriptor.
  Endpoint local_endpoint(error_code& ec) const { return impl()->local_endpoint(ec); }
  Endpoint local_endpoint() const {
    error_code ec;
    const Endpoint endpoint = local_endpoint(ec);
    throw_if(ec);
    return endpoint;
  }
  // Errors also: not_connected (not yet, or the connection has ended: status().remote still has it).
  Endpoint remote_endpoint(error_code& ec) const { return impl()->remote_endpoint(ec); }
  Endpoint remote_endpoint() const {
    error_code ec;
    const Endpoint endpoint = remote_endpoint(ec);
    throw_if(ec);
    return endpoint;
  }
  // Bytes that a read would return. Errors: bad_descriptor.
  std::size_t available(error_code& ec) const { return impl()->available(ec); }
  std::size_t available() const {
    error_code ec;
    const std::size_t size = available(ec);
    throw_if(ec);
    return size;
  }
  // RFC 9293 section 3.10.6; also after the end of the connection, until close(). Throws bad_descriptor (closed), or
  // not_connected.
  ConnectionStatus status() const {
    error_code ec;
    const ConnectionStatus status = impl()->status(ec);
    throw_if(ec);
    return status;
  }
  // The state of the connection: round-trip time, windows, retransmissions, rates (stack/tcp/info.h). Errors:
  // bad_descriptor, not_connected.
  tcp::TcpInfo tcp_info(error_code& ec) const { return impl()->tcp_info(ec); }
  tcp::TcpInfo tcp_info() const {
    error_code ec;
    const tcp::TcpInfo info = tcp_info(ec);
    throw_if(ec);
    return info;
  }
  // For looking into the TCB; empty when closed.
  [[nodiscard]] std::optional<ConnectionId> connection() const { return impl()->connection(); }

 private:
  template <typename Other>
  friend class basic_socket;

  using base::impl;
  using base::throw_if;
};

using socket = basic_socket<>;

}  // namespace tcpstack::runtime
