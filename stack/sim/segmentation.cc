// See segmentation.h.
#include "stack/sim/segmentation.h"

#include <algorithm>
#include <cassert>
#include <cstddef>

#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace tcpstack::sim {
namespace {

using Packet = std::vector<std::uint8_t>;

// Places in the TCP header, RFC 9293 section 3.1.
constexpr std::size_t kSequence = 4;
constexpr std::size_t kDataOffset = 12;
constexpr std::size_t kControl = 13;
constexpr std::size_t kChecksum = 16;
constexpr std::uint8_t kFinAndPsh = 0x09;

Packet flat(const TxPacket& packet) {
  const Bytes headers = packet.header_bytes();
  Packet bytes(headers.begin(), headers.end());
  for (const Bytes& span : packet.text) bytes.insert(bytes.end(), span.begin(), span.end());
  return bytes;
}

// Text [at, at + size) of the whole, behind a header of its own. FIN and PSH stay with the last one.
Packet segment_of(const wire::Ipv4Packet& whole, std::size_t header_size, std::size_t at,
                  std::size_t size) {
  const Bytes text = whole.payload.subspan(header_size);
  const Bytes part = text.subspan(at, std::min(size, text.size() - at));
  const Bytes whole_header = whole.payload.first(header_size);
  Packet header(whole_header.begin(), whole_header.end());
  store_be32(&header[kSequence], load_be32(&header[kSequence]) + static_cast<std::uint32_t>(at));
  const bool is_last = at + part.size() == text.size();
  if (!is_last) header[kControl] &= static_cast<std::uint8_t>(~kFinAndPsh);
  store_be16(&header[kChecksum], 0);
  Spans spans;
  spans.push_back(part);
  wire::finish_tcp_checksum(header, spans, whole.header.source, whole.header.destination);
  Packet packet(wire::kIpv4HeaderSize);
  wire::write_ipv4(whole.header, header.size() + part.size(), packet);
  packet.insert(packet.end(), header.begin(), header.end());
  packet.insert(packet.end(), part.begin(), part.end());
  return packet;
}

}  // namespace

std::vector<Packet> on_the_wire(const TxPacket& packet) {
  Packet bytes = flat(packet);
  if (!packet.offload.checksum) return {std::move(bytes)};
  const auto whole = wire::parse_ipv4(bytes);
  assert(whole);
  if (whole->header.protocol != static_cast<std::uint8_t>(wire::Protocol::tcp))
    return {std::move(bytes)};
  const std::size_t header_size = 4U * (whole->payload[kDataOffset] >> 4U);
  const std::size_t text_size = whole->payload.size() - header_size;
  const std::size_t of_one =
      packet.offload.segment_size != 0 ? packet.offload.segment_size : text_size;
  std::vector<Packet> segments;
  std::size_t at = 0;
  do {
    segments.push_back(segment_of(*whole, header_size, at, of_one));
    at += of_one;
  } while (at < text_size);
  return segments;
}

}  // namespace tcpstack::sim
