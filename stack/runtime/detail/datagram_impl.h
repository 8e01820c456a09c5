// The part of a datagram socket that is not a template: one UDP port, and the operations that wait for it.
// datagram_socket.h has the contract for users.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/socket_base.hpp>

#include "stack/base/bytes.h"
#include "stack/runtime/detail/io_object.h"
#include "stack/runtime/detail/option_values.h"
#include "stack/runtime/error.h"
#include "stack/stack.h"
#include "stack/wire/address.h"

namespace tcpstack::runtime {

// A datagram to send, in one piece.
using datagram = std::vector<std::uint8_t>;

template <typename ConstBufferSequence>
datagram flatten(const ConstBufferSequence& buffers) {
  datagram result(boost::asio::buffer_size(buffers));
  boost::asio::buffer_copy(boost::asio::buffer(result), buffers);
  return result;
}

// The buffers for a received datagram; bytes beyond them are lost.
using scatter_buffers = std::vector<boost::asio::mutable_buffer>;

template <typename MutableBufferSequence>
scatter_buffers scatter(const MutableBufferSequence& buffers) {
  return {boost::asio::buffer_sequence_begin(buffers), boost::asio::buffer_sequence_end(buffers)};
}

class datagram_impl final : public io_object {
 public:
  struct send_operation : operation<std::size_t> {
    send_operation(handler h, const origin& from, datagram d, const std::optional<Endpoint>& to)
        : operation(std::move(h), from), data(std::move(d)), remote(to) {}
    datagram data;
    std::optional<Endpoint> remote;  // empty: the socket's peer
  };
  struct receive_operation : operation<std::size_t> {
    receive_operation(handler h, const origin& from, scatter_buffers b, Endpoint* who)
        : operation(std::move(h), from), buffers(std::move(b)), sender(who) {}
    scatter_buffers buffers;
    Endpoint* sender;  // may be nullptr
  };

  using wait_type = wait_operation::wait_type;

  using io_object::io_object;
  ~datagram_impl() override;

  [[nodiscard]] bool is_open() const { return socket_.has_value(); }
  void bind(const Endpoint& local, error_code& ec);
  void connect(const Endpoint& remote, error_code& ec);

  void async_send(send_operation::handler handler, datagram data,
                  const std::optional<Endpoint>& remote);
  void async_receive(receive_operation::handler handler, scatter_buffers buffers, Endpoint* sender);
  // These do not wait: would_block.
  std::size_t send(Bytes data, const std::optional<Endpoint>& remote, error_code& ec);
  std::size_t receive(const scatter_buffers& buffers, Endpoint* sender, error_code& ec);

  void async_wait(wait_operation::handler handler, wait_type what);
  // Bytes of the next datagram. Errors: bad_descriptor.
  std::size_t available(error_code& ec);

  void cancel();
  void close();
  // By setsockopt(2)'s numbers, see option_values.h. Errors also: bad_descriptor (the runtime has ended).
  error_code set_option(int level, int name, Bytes value);
  error_code get_option(int level, int name, MutableBytes value, std::size_t& size) const;
  // Errors: bad_descriptor; for the remote endpoint also not_connected.
  Endpoint local_endpoint(error_code& ec) const;
  Endpoint remote_endpoint(error_code& ec) const;
  // The oldest ICMP error that no operation has reported.
  std::optional<udp::Failure> take_failure();

  // --- for the runtime
  [[nodiscard]] std::optional<DatagramSocketId> socket() const { return socket_; }
  void event(const Event& event);
  void cancel_operation(operation_id id) override;
  void runtime_stops() override { close(); }

 private:
  void forget_stack() override;
  // Is there an unreported error? For a connected socket, about its peer.
  bool has_failure();
  // The ICMP error about the peer of a connected socket.
  error_code take_error();
  // The next datagram for the user.
  std::optional<udp::Waiting> next_datagram();
  [[nodiscard]] bool is_ready(wait_type what);
  // Returns true if the operation is completed, false if it has to wait.
  bool try_send(send_operation& send);
  bool try_receive(receive_operation& receive);
  bool try_wait(wait_operation& wait);
  void serve_waits();
  void serve_sends();
  void serve_receives();

  std::optional<DatagramSocketId> socket_;
  std::optional<Endpoint> remote_;  // the peer of a connected socket
  operation_queue<send_operation> sends_;
  datagram_option_values options_;
  operation_queue<receive_operation> receives_;
  operation_queue<wait_operation> waits_;
};

}  // namespace tcpstack::runtime
