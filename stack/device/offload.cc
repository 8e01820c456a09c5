#include "stack/device/offload.h"

#include <cstring>

namespace tcpstack::device {
namespace {

// The fields' places.
constexpr std::size_t kFlags = 0;
constexpr std::size_t kSegmentationType = 1;
constexpr std::size_t kHeadersSize = 2;  // 16 bits, like the following fields
constexpr std::size_t kSegmentSize = 4;
constexpr std::size_t kChecksumStart = 6;  // from the IP header on, since a TUN device has no other
constexpr std::size_t kChecksumOffset = 8;

constexpr std::uint8_t kNeedsChecksum = 1;
constexpr std::uint8_t kChecksumIsValid = 2;
constexpr std::uint8_t kNoSegmentation = 0;
constexpr std::uint8_t kTcpOverIpv4 = 1;

constexpr std::size_t kIpv4HeaderSize = 20;      // ours has no options
constexpr std::uint16_t kTcpChecksumPlace = 16;  // RFC 9293 section 3.1

void store(OffloadHeader& header, std::size_t place, std::size_t value) {
  const auto number = static_cast<std::uint16_t>(value);
  std::memcpy(&header[place], &number, sizeof number);
}

std::uint16_t load(Bytes header, std::size_t place) {
  std::uint16_t number = 0;
  std::memcpy(&number, &header[place], sizeof number);
  return number;
}

}  // namespace

RxPacket behind_offload_header(Bytes read) {
  if (read.size() < kOffloadHeaderSize) return {};
  RxPacket packet{.bytes = read.subspan(kOffloadHeaderSize), .offload = {}};
  packet.offload.checksum = (read[kFlags] & (kNeedsChecksum | kChecksumIsValid)) != 0;
  if (read[kSegmentationType] == kNoSegmentation) return packet;
  if (read[kSegmentationType] != kTcpOverIpv4) return {};
  packet.offload.segment_size = load(read, kSegmentSize);
  return packet;
}

OffloadHeader offload_header(const TxPacket& packet) {
  OffloadHeader header{};
  if (packet.offload.checksum) {
    header[kFlags] = kNeedsChecksum;
    store(header, kHeadersSize, packet.headers_size);
    store(header, kChecksumStart, kIpv4HeaderSize);
    store(header, kChecksumOffset, kTcpChecksumPlace);
  }
  if (packet.offload.segment_size != 0) {
    header[kSegmentationType] = kTcpOverIpv4;
    store(header, kSegmentSize, packet.offload.segment_size);
  }
  return header;
}

}  // namespace tcpstack::device
