// See network.h.
#include "tests/fuzz/pair/network.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "stack/sim/segmentation.h"
#include "stack/wire/icmp.h"

namespace tcpstack::test {
namespace {

using std::chrono_literals::operator""ms;

constexpr Address kRouter{0x0a090909};

}  // namespace

Network::Network(Input& input)
    : input_(input),
      mtu_(input.pick<std::uint16_t>({65535, 65535, 1500, 1006, 576, 296, 68})),
      delay_(input.pick<Duration>({10ms, 1ms, 100ms, 400ms, 0ms})),
      faults_(input.pick<unsigned>({3, 10, 30, 0})) {}

void Network::send(std::size_t from, const TxPacket& packet, bool receiver_offloads, Time now) {
  if (receiver_offloads && packet.offload.checksum && packet.size() <= mtu_)
    return carry({.to = 1 - from, .bytes = flat(packet), .offload = packet.offload}, now);
  for (Packet& whole : sim::on_the_wire(packet)) carry_whole(from, std::move(whole), now);
}

void Network::carry_whole(std::size_t from, Packet packet, Time now) {
  const bool may_be_cut = (packet[6] & 0x40) == 0;
  const bool is_cut = may_be_cut && packet.size() > 68 && input_.chance(3);
  const std::size_t mtu = is_cut ? 68U + 8U * input_.byte() : mtu_;
  if (packet.size() <= mtu)
    return carry({.to = 1 - from, .bytes = std::move(packet), .offload = {}}, now);
  if (!may_be_cut) return report_small_link(from, packet, now);
  // The device's fragments have their identification, ours have it from the packet.
  for (Packet& fragment : fragments(packet, mtu, load_be16(&packet[4])))
    carry({.to = 1 - from, .bytes = std::move(fragment), .offload = {}}, now);
}

// RFC 1191 section 4: "a router MUST generate a Datagram Too Big message".
void Network::report_small_link(std::size_t to, const Packet& packet, Time now) {
  ++lost_;
  Packet icmp(wire::kIcmpHeaderSize);
  const Bytes quote = Bytes(packet).first(std::min<std::size_t>(packet.size(), 28));
  wire::write_icmp({.type = static_cast<std::uint8_t>(wire::IcmpType::destination_unreachable),
                    .code = static_cast<std::uint8_t>(wire::Unreachable::fragmentation_needed),
                    .rest = mtu_,
                    .body = quote},
                   icmp);
  icmp.insert(icmp.end(), quote.begin(), quote.end());
  const wire::Ipv4Header header{.protocol = static_cast<std::uint8_t>(wire::Protocol::icmp),
                                .source = kRouter,
                                .destination = wire::parse_ipv4(packet)->header.source};
  carry({.to = to, .bytes = ip_packet(header, icmp), .offload = {}}, now);
}

void Network::carry(Carried packet, Time now) {
  Time arrival = now + delay_;
  if (input_.chance(faults_)) {
    switch (input_.below(5)) {
      case 0:
      case 1: ++lost_; return;
      case 2:
        on_its_way_.emplace(arrival + input_.pick<Duration>({0ms, 5ms, 50ms, 2000ms}), packet);
        break;
      case 3: arrival += input_.pick<Duration>({5ms, 30ms, 300ms, 3000ms}); break;
      default: {
        ++lost_;
        if (packet.offload.checksum) return;  // nobody would notice
        const std::size_t bit = input_.word() % (8 * packet.bytes.size());
        packet.bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      }
    }
  }
  on_its_way_.emplace(arrival, std::move(packet));
}

std::optional<Time> Network::next_arrival() const {
  if (on_its_way_.empty()) return std::nullopt;
  return on_its_way_.begin()->first;
}

Carried Network::take() { return std::move(on_its_way_.extract(on_its_way_.begin()).mapped()); }

}  // namespace tcpstack::test
