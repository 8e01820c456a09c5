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
//
// socket_impl.cc does the work; nothing here is thread-safe.
#pragma once

#include <concepts>
#include <memory>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/system_error.hpp>

#include "stack/runtime/detail/io_handle.h"
#include "stack/runtime/detail/socket_impl.h"
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
      : base(executor, std::make_shared<socket_impl>(owner, executor)) {}
  explicit basic_socket(runtime& owner)
    requires std::convertible_to<runtime::executor_type, Executor>
      : basic_socket(owner, Executor(owner.get_executor())) {}
  // For acceptors.
  basic_socket(std::shared_ptr<socket_impl> impl, const Executor& executor)
      : base(executor, std::move(impl)) {}

  template <typename Other>
    requires std::convertible_to<Other, Executor>
  explicit(false) basic_socket(basic_socket<Other>&& other)
      : base(other.executor_, std::move(other.impl_)) {}

  lowest_layer_type& lowest_layer() { return *this; }
  const lowest_layer_type& lowest_layer() const { return *this; }

  // The local end of the next async_connect. Optional: by default the stack's own address, and an ephemeral port.
  void bind(const Endpoint& local) { impl_->bind(local); }

  // Opens a connection. Signature: void(error_code). Errors: connection_refused, timed_out, operation_aborted (the
  // attempt was cancelled); after an error the socket is closed.
  template <typename Token = default_token>
  auto async_connect(const Endpoint& remote, Token&& token = default_token()) {
    return boost::asio::async_initiate<Token, void(error_code)>(
        [this](auto handler, const Endpoint& to) { impl_->async_connect(std::move(handler), to); },
        token, remote);
  }

  // Reads at least one byte into `buffers`, which the caller keeps alive. Signature: void(error_code,
  // std::size_t). Errors: eof, connection_reset, timed_out, operation_aborted, bad_descriptor (closed).
  template <typename MutableBufferSequence, typename Token = default_token>
  auto async_read_some(const MutableBufferSequence& buffers, Token&& token = default_token()) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](auto handler, const MutableBufferSequence& to) {
          impl_->async_read_some(std::move(handler), gather<mutable_buffers>(to));
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
          impl_->async_write_some(std::move(handler), gather<const_buffers>(from), 0);
        },
        token, buffers);
  }
  // The same with MSG_MORE, MSG_EOR (message_end_of_record) or message_constant: the bytes stay unchanged in their
  // place until the runtime is destroyed, and whole blocks of them are not copied. Errors also:
  // operation_not_supported (flags).
  static constexpr boost::asio::socket_base::message_flags message_constant = MSG_ZEROCOPY;
  template <typename ConstBufferSequence, typename Token = default_token>
  auto async_send(const ConstBufferSequence& buffers, boost::asio::socket_base::message_flags flags,
                  Token&& token = default_token()) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this, flags](auto handler, const ConstBufferSequence& from) {
          impl_->async_write_some(std::move(handler), gather<const_buffers>(from), flags);
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
    return impl_->read_some(gather<mutable_buffers>(buffers), ec);
  }
  template <typename ConstBufferSequence>
  std::size_t write_some(const ConstBufferSequence& buffers, error_code& ec) {
    return impl_->write_some(gather<const_buffers>(buffers), 0, ec);
  }

  // Like read_some() for at most `most` bytes, which are dropped without a copy.
  // Linux: RFC 9293 section 3.10.3 has no such call. We have it, like recv(2) with `MSG_TRUNC`. You can see it: the
  // window opens as after a read.
  std::size_t skip(std::size_t most, error_code& ec) { return impl_->skip(most, ec); }

  // shutdown_send: the peer reads the written text, then the end (a FIN). shutdown_receive: reads return eof from
  // now on.
  void shutdown(boost::asio::socket_base::shutdown_type what, error_code& ec) {
    impl_->shutdown(what, ec);
  }
  void shutdown(boost::asio::socket_base::shutdown_type what) {
    error_code ec;
    shutdown(what, ec);
    throw_if(ec);
  }

  // Drops the written text, and sends a RST to the peer (RFC 9293 section 3.10.5). close() and the destructor
  // instead give the connection back to the stack, which sends the written text and a FIN, or a RST if received
  // bytes are unread (section 3.6.1).
  void abort() { impl_->abort(); }

  // Errors: bad_descriptor.
  Endpoint local_endpoint(error_code& ec) const { return impl_->status(ec).local; }
  Endpoint remote_endpoint(error_code& ec) const { return impl_->status(ec).remote; }
  std::size_t available(error_code& ec) const { return impl_->status(ec).readable; }
  Endpoint local_endpoint() const { return status().local; }
  Endpoint remote_endpoint() const { return status().remote; }
  std::size_t available() const { return status().readable; }
  // RFC 9293 section 3.10.6. Throws when closed.
  ConnectionStatus status() const {
    error_code ec;
    const ConnectionStatus status = impl_->status(ec);
    throw_if(ec);
    return status;
  }
  // The state of the connection: round-trip time, windows, retransmissions, rates (stack/tcp/info.h). Errors:
  // bad_descriptor.
  tcp::TcpInfo tcp_info(error_code& ec) const { return impl_->tcp_info(ec); }
  tcp::TcpInfo tcp_info() const {
    error_code ec;
    const tcp::TcpInfo info = tcp_info(ec);
    throw_if(ec);
    return info;
  }
  // For looking into the TCB; empty when closed.
  [[nodiscard]] std::optional<ConnectionId> connection() const { return impl_->connection(); }

 private:
  template <typename Other>
  friend class basic_socket;

  using base::impl_;
  using base::throw_if;
};

using socket = basic_socket<>;

}  // namespace tcpstack::runtime
