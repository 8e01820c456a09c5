// The TCP header between bytes and host-order values, RFC 9293 section 3.1, Figure 1.
//
//    0              4       8               16                  31
//   |          Source Port           |      Destination Port      |
//   |                       Sequence Number                       |
//   |                    Acknowledgment Number                    |
//   | Offset | Rsrvd | Control bits   |           Window          |
//   |           Checksum             |       Urgent Pointer       |
//   |                          [Options]                          |
//
// tcp_options.cc has the options, stack/tcp/arrives.cc the effect of a segment.
#include "stack/wire/tcp.h"

#include <cassert>

#include "stack/wire/checksum.h"
#include "stack/wire/ipv4.h"

namespace tcpstack::wire {
namespace {

constexpr std::size_t kChecksumOffset = 16;

void add_pseudo_header(Checksum& checksum, Address source, Address destination,
                       std::size_t length) {
  checksum.add_pseudo_header(source, destination, static_cast<std::uint8_t>(Protocol::tcp),
                             static_cast<std::uint16_t>(length));
}

bool has_correct_checksum(Bytes segment, Address source, Address destination) {
  Checksum checksum;
  add_pseudo_header(checksum, source, destination, segment.size());
  checksum.add(segment);
  return checksum.value() == 0;
}

// All fields but the options.
TcpHeader read_header(const std::uint8_t* p) {
  return {
      .source_port = load_be16(p),
      .destination_port = load_be16(p + 2),
      .sequence = load_be32(p + 4),
      .acknowledgment = load_be32(p + 8),
      .control = ControlBits::from_byte(p[13]),
      .window = load_be16(p + 14),
      .urgent_pointer = load_be16(p + 18),
      .options = {},
  };
}

}  // namespace

std::uint8_t ControlBits::to_byte() const {
  return static_cast<std::uint8_t>(cwr << 7 | ece << 6 | urg << 5 | ack << 4 | psh << 3 | rst << 2 |
                                   syn << 1 | int{fin});
}

ControlBits ControlBits::from_byte(std::uint8_t byte) {
  const auto bit = [byte](int n) { return (byte >> n & 1) != 0; };
  return {
      .fin = bit(0),
      .syn = bit(1),
      .rst = bit(2),
      .psh = bit(3),
      .ack = bit(4),
      .urg = bit(5),
      .ece = bit(6),
      .cwr = bit(7),
  };
}

std::expected<TcpPacket, Drop> parse_tcp(Bytes payload, Address source, Address destination,
                                         bool verify_checksum) {
  if (payload.size() < kTcpHeaderSize) return std::unexpected(Drop::tcp_truncated);
  const std::size_t header_size = (payload[12] >> 4) * std::size_t{4};
  if (header_size < kTcpHeaderSize || header_size > payload.size()) {
    return std::unexpected(Drop::tcp_data_offset);
  }
  // MUST-3: the receiver must check the checksum.
  if (verify_checksum && !has_correct_checksum(payload, source, destination)) {
    return std::unexpected(Drop::tcp_checksum);
  }
  TcpPacket packet{
      .header = read_header(payload.data()),
      .options = payload.subspan(kTcpHeaderSize, header_size - kTcpHeaderSize),
      .text = payload.subspan(header_size),
  };
  if (packet.header.source_port == 0 || packet.header.destination_port == 0) {
    return std::unexpected(Drop::tcp_port_zero);
  }
  // MUST-5: any segment may have options.
  const ParsedTcpOptions parsed = parse_tcp_options(packet.options);
  packet.header.options = parsed.options;
  packet.malformed_options = parsed.malformed;
  return packet;
}

std::size_t write_tcp(const TcpHeader& header, MutableBytes out) {
  assert(out.size() >= kMaxTcpHeaderSize);
  const std::size_t size =
      kTcpHeaderSize + write_tcp_options(header.options, out.subspan(kTcpHeaderSize));
  std::uint8_t* p = out.data();
  store_be16(p, header.source_port);
  store_be16(p + 2, header.destination_port);
  store_be32(p + 4, header.sequence);
  store_be32(p + 8, header.acknowledgment);
  p[12] = static_cast<std::uint8_t>(size / 4 << 4);
  p[13] = header.control.to_byte();
  store_be16(p + 14, header.window);
  store_be16(p + kChecksumOffset, 0);
  store_be16(p + 18, header.urgent_pointer);
  return size;
}

void finish_tcp_checksum(MutableBytes header, const Spans& text, Address source,
                         Address destination, bool partial) {
  assert(header.size() >= kTcpHeaderSize);
  Checksum checksum;
  add_pseudo_header(checksum, source, destination, header.size() + total_size(text));
  std::uint8_t* const field = header.data() + kChecksumOffset;
  if (partial) {
    store_be16(field, checksum.partial());
    return;
  }
  store_be16(field, 0);
  checksum.add(header);
  for (const Bytes span : text) checksum.add(span);
  store_be16(field, checksum.value());  // MUST-2
}

}  // namespace tcpstack::wire
