// See network.h.
#include "tests/fuzz/pair/network.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "stack/wire/icmp.h"

namespace tcpstack::test {
namespace {

using std::chrono_literals::operator""ms;

constexpr Address kRouter{0x0a090909};
constexpr std::size_t kFlagsPlace = 13;  // in the TCP header
constexpr std::uint8_t kFinAndPsh = 0x09;

// One segment of a super-segment: text [at, at + size) of `whole`, behind a header of its own.
Packet segment_of(const wire::Ipv4Packet& whole, std::size_t header_size, std::size_t at,
                  std::size_t size) {
  const Bytes text = whole.payload.subspan(header_size);
  Packet header(whole.payload.begin(),
                whole.payload.begin() + static_cast<std::ptrdiff_t>(header_size));
  store_be32(&header[4], load_be32(&header[4]) + static_cast<std::uint32_t>(at));
  const bool is_last = at + size >= text.size();
  if (!is_last) header[kFlagsPlace] &= static_cast<std::uint8_t>(~kFinAndPsh);
  store_be16(&header[16], 0);
  const Bytes part = text.subspan(at, std::min(size, text.size() - at));
  Spans spans;
  spans.push_back(part);
  wire::finish_tcp_checksum(header, spans, whole.header.source, whole.header.destination);
  header.insert(header.end(), part.begin(), part.end());
  return ip_packet(whole.header, header);
}

}  // namespace

std::vector<Packet> on_the_wire(const TxPacket& packet) {
  const Packet bytes = flat(packet);
  if (!packet.offload.checksum) return {bytes};
  const auto whole = wire::parse_ipv4(bytes);
  require(whole.has_value(), "a bad IP header was sent");
  if (whole->header.protocol != static_cast<std::uint8_t>(wire::Protocol::tcp)) return {bytes};
  const std::size_t header_size = 4U * (whole->payload[12] >> 4U);
  const std::size_t text_size = whole->payload.size() - header_size;
  const std::size_t step =
      packet.offload.segment_size != 0 ? packet.offload.segment_size : text_size;
  std::vector<Packet> segments;
  std::size_t at = 0;
  do {
    segments.push_back(segment_of(*whole, header_size, at, step));
    at += step;
  } while (at < text_size);
  return segments;
}

Network::Network(Input& input)
    : input_(input),
      mtu_(input.pick<std::uint16_t>({65535, 65535, 1500, 1006, 576, 296, 68})),
      delay_(input.pick<Duration>({10ms, 1ms, 100ms, 400ms, 0ms})),
      faults_(input.pick<unsigned>({3, 10, 30, 0})) {}

void Network::send(std::size_t from, const TxPacket& packet, bool receiver_offloads, Time now) {
  if (receiver_offloads && packet.offload.checksum && packet.size() <= mtu_)
    return carry({.to = 1 - from, .bytes = flat(packet), .offload = packet.offload}, now);
  for (Packet& whole : on_the_wire(packet)) carry_whole(from, std::move(whole), now);
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
