// The part of a datagram socket that is no template: one UDP port, and the operations that wait for it.
// datagram_socket.h says what is promised to users.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <boost/asio/buffer.hpp>

#include "stack/base/bytes.h"
#include "stack/runtime/error.h"
#include "stack/runtime/io_object.h"
#include "stack/stack.h"
#include "stack/wire/address.h"

namespace tcpstack::runtime {

// A datagram to be sent, in one piece.
using datagram = std::vector<std::uint8_t>;

template <typename ConstBufferSequence>
datagram flatten(const ConstBufferSequence& buffers) {
  datagram result(boost::asio::buffer_size(buffers));
  boost::asio::buffer_copy(boost::asio::buffer(result), buffers);
  return result;
}

// Where a datagram received goes: all buffers, for what they do not hold is lost.
using scatter_buffers = std::vector<boost::asio::mutable_buffer>;

template <typename MutableBufferSequence>
scatter_buffers scatter(const MutableBufferSequence& buffers) {
  return {boost::asio::buffer_sequence_begin(buffers), boost::asio::buffer_sequence_end(buffers)};
}

class datagram_impl final : public io_object {
 public:
  struct send_operation : operation<std::size_t> {
    send_operation(handler h, const boost::asio::any_io_executor& e, operation_id id, datagram d,
                   const std::optional<Endpoint>& to)
        : operation(std::move(h), e, id), data(std::move(d)), remote(to) {}
    datagram data;
    std::optional<Endpoint> remote;  // none: the one that the socket is connected to
  };
  struct receive_operation : operation<std::size_t> {
    receive_operation(handler h, const boost::asio::any_io_executor& e, operation_id id,
                      scatter_buffers b, Endpoint* from)
        : operation(std::move(h), e, id), buffers(std::move(b)), sender(from) {}
    scatter_buffers buffers;
    Endpoint* sender;  // may be nullptr
  };

  datagram_impl(runtime& owner, boost::asio::any_io_executor executor);
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

  void cancel();
  void close();
  // Errors: bad_descriptor, and not_connected for the remote one.
  Endpoint local_endpoint(error_code& ec) const;
  Endpoint remote_endpoint(error_code& ec) const;
  // The oldest ICMP error that no operation has been told of.
  std::optional<udp::Failure> take_failure();

  // --- for the runtime
  [[nodiscard]] std::optional<DatagramSocketId> socket() const { return socket_; }
  void event(const Event& event);
  void cancel_operation(operation_id id) override;
  void runtime_stops() override { close(); }
  void runtime_ends() override;

 private:
  // What ICMP says about the peer of a connected socket.
  error_code take_error();
  // The oldest datagram that is for the user.
  std::optional<udp::Received> next(MutableBytes buffer);
  // True: completed. False: it has to wait.
  bool try_send(send_operation& send);
  bool try_receive(receive_operation& receive);
  void serve_sends();
  void serve_receives();

  std::optional<DatagramSocketId> socket_;
  std::optional<Endpoint> remote_;  // connected to
  operation_queue<send_operation> sends_;
  operation_queue<receive_operation> receives_;
};

}  // namespace tcpstack::runtime
