// The Internet header between bytes and host-order values, RFC 791 section 3.1.
//
//    0       4       8               16  19                   31
//   |Version|  IHL  | DSCP      |ECN|        Total Length        |
//   |        Identification         |0 D M|   Fragment Offset    |
//   |      TTL      |   Protocol    |      Header Checksum       |
//   |                       Source Address                       |
//   |                    Destination Address                     |
//
// stack/ip decides whether a packet is for us, and what happens to fragments.
#include "stack/wire/ipv4.h"

#include <algorithm>
#include <cassert>

#include "stack/wire/checksum.h"

namespace tcpstack::wire {
namespace {

constexpr std::uint8_t kVersion = 4;
constexpr std::uint16_t kDontFragment = 0x4000;
constexpr std::uint16_t kMoreFragments = 0x2000;
constexpr std::uint16_t kFragmentOffset = 0x1fff;  // in units of 8 bytes

std::uint16_t fragment_field(const Ipv4Header& header) {
  auto field = static_cast<std::uint16_t>(header.fragment_offset / 8);
  if (header.dont_fragment) field |= kDontFragment;
  if (header.more_fragments) field |= kMoreFragments;
  return field;
}

Ipv4Header read_header(const std::uint8_t* p) {
  const std::uint16_t fragment = load_be16(p + 6);
  return {
      .dscp = static_cast<std::uint8_t>(p[1] >> 2),
      .ecn = static_cast<Ecn>(p[1] & 3),
      .identification = load_be16(p + 4),
      .dont_fragment = (fragment & kDontFragment) != 0,
      .more_fragments = (fragment & kMoreFragments) != 0,
      .fragment_offset = static_cast<std::uint16_t>((fragment & kFragmentOffset) * 8),
      .ttl = p[8],
      .protocol = p[9],
      .source = Address(load_be32(p + 12)),
      .destination = Address(load_be32(p + 16)),
  };
}

// The header's size in bytes. Returns only if the packet has all of the header.
std::expected<std::size_t, Drop> header_size_of(Bytes packet) {
  if (packet.empty()) return std::unexpected(Drop::ip_truncated);
  if (packet[0] >> 4 != kVersion) return std::unexpected(Drop::ip_not_version_4);
  if (packet.size() < kIpv4HeaderSize) return std::unexpected(Drop::ip_truncated);
  const std::size_t header_size = (packet[0] & 0xf) * std::size_t{4};
  if (header_size < kIpv4HeaderSize || header_size > packet.size()) {
    return std::unexpected(Drop::ip_header_length);
  }
  if (load_be16(&packet[2]) < header_size) return std::unexpected(Drop::ip_total_length);
  return header_size;
}

}  // namespace

std::expected<Ipv4Packet, Drop> parse_ipv4(Bytes packet, bool verify_checksum) {
  const auto header = header_size_of(packet);
  if (!header) return std::unexpected(header.error());
  const std::size_t header_size = *header;
  const std::size_t total_length = load_be16(&packet[2]);
  if (total_length > packet.size()) return std::unexpected(Drop::ip_truncated);
  if (verify_checksum && internet_checksum(packet.first(header_size)) != 0) {
    return std::unexpected(Drop::ip_checksum);
  }
  return Ipv4Packet{
      .header = read_header(packet.data()),
      .options = packet.subspan(kIpv4HeaderSize, header_size - kIpv4HeaderSize),  // MUST-50: unread
      .payload = packet.subspan(header_size, total_length - header_size),
      .whole = packet.first(total_length),
  };
}

std::expected<QuotedIpv4, Drop> parse_quoted_ipv4(Bytes quote) {
  const auto header_size = header_size_of(quote);
  if (!header_size) return std::unexpected(header_size.error());
  const std::uint16_t total_length = load_be16(&quote[2]);
  const std::size_t size = std::min<std::size_t>(quote.size(), total_length);
  return QuotedIpv4{.header = read_header(quote.data()),
                    .total_length = total_length,
                    .payload = quote.subspan(*header_size, size - *header_size)};
}

void write_ipv4(const Ipv4Header& header, std::size_t payload_size, MutableBytes out) {
  assert(out.size() >= kIpv4HeaderSize);
  assert(payload_size <= 0xffff - kIpv4HeaderSize);
  std::uint8_t* p = out.data();
  p[0] = kVersion << 4 | kIpv4HeaderSize / 4;
  p[1] = static_cast<std::uint8_t>(header.dscp << 2 | static_cast<std::uint8_t>(header.ecn));
  store_be16(p + 2, static_cast<std::uint16_t>(kIpv4HeaderSize + payload_size));
  store_be16(p + 4, header.identification);
  store_be16(p + 6, fragment_field(header));
  p[8] = header.ttl;
  p[9] = header.protocol;
  store_be16(p + 10, 0);
  store_be32(p + 12, header.source.v4());
  store_be32(p + 16, header.destination.v4());
  store_be16(p + 10, internet_checksum(out.first(kIpv4HeaderSize)));
}

}  // namespace tcpstack::wire
