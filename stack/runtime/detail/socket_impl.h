// The part of a socket that is not a template: one connection, and the operations that wait for it. socket.h has
// the contract for users.
//
// Every operation is tried at once. Only one that would block waits for the connection's event, and is tried again
// then.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/container/static_vector.hpp>

#include "stack/base/bytes.h"
#include "stack/runtime/detail/io_object.h"
#include "stack/runtime/detail/option_values.h"
#include "stack/runtime/error.h"
#include "stack/stack.h"
#include "stack/wire/address.h"

namespace tcpstack::runtime {

// The non-empty buffers of one operation, as many as there is room for: an operation on "some" bytes need not use
// all.
using mutable_buffers = boost::container::static_vector<MutableBytes, 8>;
using const_buffers = boost::container::static_vector<Bytes, 8>;

template <typename Buffers, typename BufferSequence>
Buffers gather(const BufferSequence& sequence) {
  using byte = std::remove_pointer_t<typename Buffers::value_type::pointer>;
  Buffers result;
  const auto end = boost::asio::buffer_sequence_end(sequence);
  for (auto each = boost::asio::buffer_sequence_begin(sequence); each != end; ++each) {
    const std::conditional_t<std::is_const_v<byte>, boost::asio::const_buffer,
                             boost::asio::mutable_buffer>
        buffer(*each);
    if (buffer.size() == 0) continue;
    if (result.size() == result.capacity()) break;
    result.emplace_back(static_cast<byte*>(buffer.data()), buffer.size());
  }
  return result;
}

class socket_impl final : public io_object {
 public:
  struct connect_operation : operation<std::size_t> {
    using operation::operation;
    std::size_t taken = 0;  // bytes of text with the SYN
  };
  using wait_type = wait_operation::wait_type;
  using message_flags = boost::asio::socket_base::message_flags;
  struct read_operation : operation<std::size_t> {
    read_operation(handler h, const origin& from, const mutable_buffers& b)
        : operation(std::move(h), from), buffers(b) {}
    mutable_buffers buffers;
  };
  struct write_operation : operation<std::size_t> {
    write_operation(handler h, const origin& from, const const_buffers& b, message_flags f)
        : operation(std::move(h), from), buffers(b), flags(f) {}
    const_buffers buffers;
    message_flags flags;
  };

  using io_object::io_object;
  // Takes over an accepted connection; `inherited` are the acceptor's options.
  socket_impl(runtime& owner, const boost::asio::any_io_executor& executor, ConnectionId connection,
              shared_options inherited);
  ~socket_impl() override;

  [[nodiscard]] bool is_open() const { return connection_ || unconnected_; }
  void bind(const Endpoint& local, error_code& ec);
  // With `text`, be it empty, the SYN is one of Fast Open.
  void async_connect(connect_operation::handler handler, const Endpoint& remote,
                     const std::optional<const_buffers>& text);
  void async_read_some(read_operation::handler handler, const mutable_buffers& buffers);
  void async_write_some(write_operation::handler handler, const const_buffers& buffers,
                        message_flags flags);
  void async_wait(wait_operation::handler handler, wait_type what);
  // These do not wait: would_block.
  std::size_t read_some(const mutable_buffers& buffers, error_code& ec);
  std::size_t skip(std::size_t most, error_code& ec);
  std::size_t write_some(const const_buffers& buffers, message_flags flags, error_code& ec);

  void shutdown(boost::asio::socket_base::shutdown_type what, error_code& ec);
  void cancel();
  void close();
  void abort();
  // Errors: bad_descriptor.
  Endpoint local_endpoint(error_code& ec) const;
  std::size_t available(error_code& ec) const;
  // Errors also: not_connected.
  Endpoint remote_endpoint(error_code& ec) const;
  ConnectionStatus status(error_code& ec) const;
  tcp::TcpInfo tcp_info(error_code& ec) const;
  bool at_mark(error_code& ec) const;
  error_code take_problem();
  // By setsockopt(2)'s numbers, see option_values.h. Errors also: bad_descriptor (the runtime has ended).
  error_code set_option(int level, int name, Bytes value);
  error_code get_option(int level, int name, MutableBytes value, std::size_t& size) const;

  // --- for the runtime
  [[nodiscard]] std::optional<ConnectionId> connection() const { return connection_; }
  void event(const Event& event);
  void cancel_operation(operation_id id) override;
  void runtime_stops() override;

 private:
  void forget_stack() override;
  void attach(ConnectionId connection);
  // Gives the handle back to the stack; the connection ends by itself.
  void release();
  error_code open(const Endpoint& remote);
  // Returns the number of bytes that the SYN takes.
  std::size_t offer(const const_buffers& text);
  // The error of a call that needs a connection: success if there is one, bad_descriptor if the socket is closed.
  [[nodiscard]] error_code need_connection(const error_code& if_unconnected) const;
  // The error of an operation that the core refused.
  static error_code report(tcp::Error error, const error_code& afterwards);
  void cancel_all();
  // Returns true if the operation is completed, false if it has to wait.
  bool try_connect(connect_operation& connect, const Event& event);
  bool try_read(read_operation& read);
  bool try_write(write_operation& write);
  bool try_wait(wait_operation& wait);
  [[nodiscard]] bool is_ready(const ConnectionStatus& status, wait_type what);
  // Repeats the waiting operations that an event may end.
  void serve(const Event& event);
  // Bytes that a read may take, up to the mark of urgent data.
  std::size_t readable_to_mark();
  std::expected<std::size_t, tcp::Error> send(Bytes text, message_flags flags, bool is_last);
  void forget_no_delay();
  // The present options.
  [[nodiscard]] option_values options() const;

  std::optional<ConnectionId> connection_;
  Endpoint local_;            // set by bind()
  shared_options options_;    // before a connection exists, and options that the core does not keep
  bool unconnected_ = false;  // the attempt to connect has failed: open, without a connection
  bool urgent_ = false;       // urgent data may be there
  tcp::Error problem_ = tcp::Error::none;  // of delivery; nobody has taken it
  bool receive_shut_down_ = false;
  operation_queue<connect_operation> connects_;  // at most one
  operation_queue<read_operation> reads_;
  operation_queue<write_operation> writes_;
  operation_queue<wait_operation> waits_;
};

}  // namespace tcpstack::runtime
