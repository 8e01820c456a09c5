// The user calls of UDP, RFC 768: each calls stack/udp.
#include "stack/stack_parts.h"

namespace tcpstack {

std::expected<DatagramSocketId, udp::Error> Stack::open_udp(Endpoint local, Time now) {
  Context cx = parts_->at(now);
  const auto id = parts_->udp.open(local, cx);
  if (!id) return std::unexpected(id.error());
  return DatagramSocketId{*id};
}

std::expected<void, udp::Error> Stack::send_to(DatagramSocketId socket, Endpoint remote, Bytes data,
                                               Time now) {
  Context cx = parts_->at(now);
  return parts_->udp.send_to(socket, remote, data, parts_->outbox, cx);
}

std::expected<udp::Received, udp::Error> Stack::receive_from(DatagramSocketId socket,
                                                             MutableBytes data) {
  return parts_->udp.receive_from(socket, data);
}

std::expected<udp::Waiting, udp::Error> Stack::next_datagram(DatagramSocketId socket) const {
  return parts_->udp.next_datagram(socket);
}

std::expected<void, udp::Error> Stack::await_room(DatagramSocketId socket) {
  return parts_->udp.await_room(socket, parts_->outbox);
}

std::expected<udp::Failure, udp::Error> Stack::next_failure(DatagramSocketId socket) const {
  return parts_->udp.next_failure(socket);
}

std::expected<udp::Failure, udp::Error> Stack::take_failure(DatagramSocketId socket) {
  return parts_->udp.take_failure(socket);
}

std::expected<Endpoint, udp::Error> Stack::local_endpoint(DatagramSocketId socket) const {
  return parts_->udp.local_endpoint(socket);
}

std::expected<udp::Options, udp::Error> Stack::options(DatagramSocketId socket) const {
  return parts_->udp.options(socket);
}

std::expected<void, udp::Error> Stack::set_options(DatagramSocketId socket,
                                                   const udp::Options& options) {
  return parts_->udp.set_options(socket, options);
}

void Stack::close(DatagramSocketId socket) { parts_->udp.close(socket); }

}  // namespace tcpstack
