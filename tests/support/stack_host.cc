// See stack_host.h.
#include "tests/support/stack_host.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace tcpstack::test {

void StackHost::arrives(const Packet& packet) {
  stack.packet_arrives({.bytes = packet, .offload = {}}, now);
  drain();
}

void StackHost::passes(Duration span) {
  const Time end = now + span;
  for (auto next = stack.next_deadline(); next && *next <= end; next = stack.next_deadline()) {
    now = std::max(now, *next);
    stack.time_passes(now);
    drain();
  }
  now = end;
}

void StackHost::drain() {
  while (const auto packet = stack.poll_transmit(now)) sent.push_back(flat(*packet));
  while (const auto event = stack.poll_event()) events.push_back(*event);
}

std::vector<Packet> StackHost::take_sent() { return std::exchange(sent, {}); }

std::uint64_t StackHost::all_drops() const {
  const auto& drops = stack.counters().drops;
  return std::accumulate(drops.begin(), drops.end(), std::uint64_t{0});
}

ConnectionId TcpPeer::connects(std::uint16_t mss) {
  const ListenerId listener = host_.stack.listen({{}, 80}).value();
  wire::TcpHeader syn{.sequence = 1000, .window = 65535};
  syn.control.syn = true;
  syn.options.maximum_segment_size = mss;
  host_.arrives(tcp_packet(syn, 40000, 80, {}));
  const Packet answer = host_.sent.back();
  isn_ = load_be32(&answer[wire::kIpv4HeaderSize + 4]);
  acknowledges(1);
  host_.take_sent();
  return host_.stack.accept(listener, host_.now).value();
}

void TcpPeer::acknowledges(std::uint32_t number, std::uint16_t window) {
  wire::TcpHeader ack{.sequence = 1001, .acknowledgment = isn_ + number, .window = window};
  ack.control.ack = true;
  host_.arrives(tcp_packet(ack, 40000, 80, {}));
}

}  // namespace tcpstack::test
