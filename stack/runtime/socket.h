// A TCP connection as Boost.Asio users know it: what they wrote for asio::ip::tcp::socket works here.
//
// basic_socket models AsyncReadStream and AsyncWriteStream, so Beast's HTTP and WebSocket (with
// beast.h), asio::ssl::stream, async_read_until and coroutines run on it unchanged. The contract, which
// tests/runtime proves rule by rule:
//
//   - A handler is never called from inside the function that starts its operation, and may be
//     move-only. Its associated executor, allocator and cancellation slot are honoured.
//   - One read and one write may go on at the same time; several of a kind take their turns.
//   - A read of zero bytes completes at once. asio::error::eof comes after the last byte.
//   - Cancelling one operation leaves the other alone. close() aborts both.
//   - The destructor closes, and what has been written is still sent.
//   - set_option() takes the options that a kernel socket takes (docs/sockets.md).
//
// The work is done in socket_impl.cc; nothing here is thread-safe.
#pragma once

#include <concepts>
#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/system_error.hpp>

#include "stack/runtime/runtime.h"
#include "stack/runtime/socket_impl.h"
#include "stack/runtime/socket_options.h"

namespace tcpstack::runtime {

template <typename Executor = boost::asio::any_io_executor>
class basic_socket : public boost::asio::socket_base {
 public:
  using executor_type = Executor;
  using endpoint_type = Endpoint;
  using lowest_layer_type = basic_socket;
  using default_token = boost::asio::default_completion_token_t<Executor>;

  template <typename Other>
  struct rebind_executor {
    using other = basic_socket<Other>;
  };

  // Closed. Everything but moving from, destroying and asking is_open() needs a socket that has not
  // been moved from.
  basic_socket(runtime& owner, const Executor& executor)
      : executor_(executor), impl_(std::make_shared<socket_impl>(owner, executor)) {}
  explicit basic_socket(runtime& owner)
    requires std::convertible_to<runtime::executor_type, Executor>
      : basic_socket(owner, Executor(owner.get_executor())) {}
  // For acceptors.
  basic_socket(std::shared_ptr<socket_impl> impl, const Executor& executor)
      : executor_(executor), impl_(std::move(impl)) {}

  basic_socket(basic_socket&&) noexcept = default;
  basic_socket& operator=(basic_socket&& other) noexcept {
    if (this != &other) {
      dispose();
      executor_ = other.executor_;
      impl_ = std::move(other.impl_);
    }
    return *this;
  }
  template <typename Other>
    requires std::convertible_to<Other, Executor>
  explicit(false) basic_socket(basic_socket<Other>&& other)
      : executor_(other.executor_), impl_(std::move(other.impl_)) {}
  ~basic_socket() { dispose(); }

  executor_type get_executor() const noexcept { return executor_; }
  lowest_layer_type& lowest_layer() { return *this; }
  const lowest_layer_type& lowest_layer() const { return *this; }

  // Is there a connection, even if it has ended, or one being made?
  [[nodiscard]] bool is_open() const { return impl_ != nullptr && impl_->is_open(); }

  // The local end of the connection to be made by async_connect. Not needed: by default the stack's
  // own address, and an ephemeral port.
  void bind(const Endpoint& local) { impl_->bind(local); }

  // Opens a connection. Signature: void(error_code). Errors: connection_refused, timed_out,
  // operation_aborted (the attempt is given up); after an error the socket is closed.
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
          impl_->async_write_some(std::move(handler), gather<const_buffers>(from));
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

  // The same without waiting: would_block.
  template <typename MutableBufferSequence>
  std::size_t read_some(const MutableBufferSequence& buffers, error_code& ec) {
    return impl_->read_some(gather<mutable_buffers>(buffers), ec);
  }
  template <typename ConstBufferSequence>
  std::size_t write_some(const ConstBufferSequence& buffers, error_code& ec) {
    return impl_->write_some(gather<const_buffers>(buffers), ec);
  }

  // shutdown_send: the peer reads what has been written, then the end (a FIN). shutdown_receive:
  // reads give eof from now on.
  void shutdown(shutdown_type what, error_code& ec) { impl_->shutdown(what, ec); }
  void shutdown(shutdown_type what) {
    error_code ec;
    shutdown(what, ec);
    throw_if(ec);
  }

  // Completes when a read or a write would not wait, or there is an error or urgent data, and transfers nothing.
  // Signature: void(error_code). Errors: operation_aborted, bad_descriptor.
  template <typename Token = default_token>
  auto async_wait(wait_type what, Token&& token = default_token()) {
    return boost::asio::async_initiate<Token, void(error_code)>(
        [this](auto handler, wait_type type) { impl_->async_wait(std::move(handler), type); },
        token, what);
  }

  // Options, Asio's own and those of socket_options.h. A closed socket keeps them for the connection to come; close()
  // forgets them. Errors: no_protocol_option (unknown here), invalid_argument, bad_descriptor.
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

  // Gives the connection back to the stack, which sends what has been written and a FIN; or a RST if
  // received bytes have not been read (RFC 9293 section 3.6.1). May be opened again.
  void close() { impl_->close(); }
  void close(error_code& ec) {
    ec = {};
    close();
  }

  // Throws away what has been written; the peer gets a RST (RFC 9293 section 3.10.5).
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
  // How the connection does: round-trip time, windows, retransmissions, rates (stack/tcp/info.h). Errors:
  // bad_descriptor.
  tcp::TcpInfo tcp_info(error_code& ec) const { return impl_->tcp_info(ec); }
  tcp::TcpInfo tcp_info() const {
    error_code ec;
    const tcp::TcpInfo info = tcp_info(ec);
    throw_if(ec);
    return info;
  }
  // For looking into the TCB; none when closed.
  [[nodiscard]] std::optional<ConnectionId> connection() const { return impl_->connection(); }

 private:
  template <typename Other>
  friend class basic_socket;

  static void throw_if(const error_code& ec) {
    if (ec) throw boost::system::system_error(ec);
  }
  // A cancellation that is just running may keep the implementation alive a little longer.
  void dispose() {
    if (impl_) impl_->close();
    impl_.reset();
  }

  Executor executor_;
  std::shared_ptr<socket_impl> impl_;  // nullptr: moved from
};

using socket = basic_socket<>;

}  // namespace tcpstack::runtime
