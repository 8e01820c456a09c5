#include "stack/runtime/devices/tun_queues.h"

#include <cassert>
#include <cstdint>
#include <utility>

#include "stack/wire/ipv4.h"

namespace tcpstack::runtime {
namespace {

// Bits of a flow's hash that are remembered. Of two flows with the same bits one may be answered in the other's
// queue, which is no worse than an early packet.
constexpr unsigned kFlowBits = 16;

// 2^64 divided by the golden ratio. Its multiples are as far from each other as possible (Knuth, volume 3, 6.4), so
// it spreads consecutive ports better than chance.
constexpr std::uint64_t kSpread = 0x9e3779b97f4a7c15;

// RFC 791 section 3.1: a protocol with ports, and not a fragment.
bool has_ports(const std::uint8_t* ip) {
  const auto protocol = wire::Protocol{ip[9]};
  const bool is_fragment = (load_be16(ip + 6) & 0x3fff) != 0;
  return (protocol == wire::Protocol::tcp || protocol == wire::Protocol::udp) && !is_fragment;
}

// A hash of addresses and ports, the same in both directions. Packets without ports, such as fragments, have a hash
// of their addresses.
std::uint64_t flow_of(const std::uint8_t* ip, bool is_from_us) {
  const std::size_t ours = is_from_us ? 0 : 1;
  const std::size_t theirs = 1 - ours;
  const auto address = [&](std::size_t side) -> std::uint64_t {
    return load_be32(ip + 12 + 4 * side);
  };
  const auto port = [&](std::size_t side) -> std::uint64_t {
    return load_be16(ip + 20 + 2 * side);
  };
  const std::uint64_t addresses = address(ours) << 32 | address(theirs);
  const std::uint64_t ports = has_ports(ip) ? port(ours) << 16 | port(theirs) : 0;
  return (addresses * kSpread + ports) * kSpread;
}

// IPv4 without options and long enough for ports. All others are rare and not remembered.
bool is_ordinary(Bytes packet) { return packet.size() >= 24 && packet[0] == 0x45; }

}  // namespace

tun_queues::tun_queues(std::vector<std::unique_ptr<packet_device>> queues)
    : heard_in_(std::size_t{1} << kFlowBits) {
  for (auto& each : queues) {
    each->on_readable([this, number = queues_.size()] { queue_readable(number); });
    queues_.push_back({.device = std::move(each)});
  }
}

// Without a waiting reader this does nothing: the queue stays readable until the next wait.
void tun_queues::queue_readable(std::size_t number) {
  queues_[number].is_waited_for = false;
  if (!std::exchange(waiting_, false)) return;
  turn_ = number;
  readable();
}

void tun_queues::wait_readable() {
  waiting_ = true;
  for (queue& each : queues_) {
    if (!std::exchange(each.is_waited_for, true)) each.device->wait_readable();
  }
}

std::span<const RxPacket> tun_queues::receive(error_code& ec) {
  const auto packets = queues_[turn_].device->receive(ec);
  for (const RxPacket& packet : packets) {
    if (!is_ordinary(packet.bytes)) continue;
    const std::uint64_t flow = flow_of(packet.bytes.data(), false);
    heard_in_[flow >> (64 - kFlowBits)] = static_cast<std::uint8_t>(turn_ + 1);
  }
  return packets;
}

std::size_t tun_queues::queue_of(const TxPacket& packet) const {
  assert(packet.headers_size >= wire::kIpv4HeaderSize);
  const std::uint64_t flow = flow_of(packet.headers.data(), true);
  const std::size_t heard_in = heard_in_[flow >> (64 - kFlowBits)];
  return heard_in != 0 ? heard_in - 1 : (flow >> 32) * queues_.size() >> 32;
}

send_result tun_queues::send(const TxPacket& packet) {
  return queues_[queue_of(packet)].device->send(packet);
}

send_losses tun_queues::flush() {
  send_losses all;
  for (queue& each : queues_) {
    const send_losses losses = each.device->flush();
    all.would_block += losses.would_block;
    all.failed += losses.failed;
  }
  return all;
}

void tun_queues::cancel() {
  waiting_ = false;
  for (queue& each : queues_) each.device->cancel();
}

}  // namespace tcpstack::runtime
