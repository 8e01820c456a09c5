// A packet as it crosses the border between the core and a device, in either direction.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "stack/base/bytes.h"

namespace tcpstack {

// The work that a device with offload does, or has done, for a packet. All zeros without offload.
struct Offload {
  // In: the device vouches for the transport checksum. Out: the field holds the pseudo-header's sum, and the device
  // has to complete it.
  bool checksum = false;
  // Text bytes per segment of a super-segment; 0 for an ordinary packet.
  std::uint16_t segment_size = 0;
};

// Received: one IPv4 packet. The caller owns the bytes; they are read only during the call.
struct RxPacket {
  Bytes bytes;
  Offload offload;
};

// To send: headers, then text. The spans point into the stack's buffers and are valid until its next call other
// than poll_transmit().
struct TxPacket {
  static constexpr std::size_t kMaxHeaders = 20 + 60;  // IPv4 and TCP with options

  std::array<std::uint8_t, kMaxHeaders> headers;
  std::size_t headers_size = 0;
  Spans text;
  Offload offload;

  [[nodiscard]] Bytes header_bytes() const { return {headers.data(), headers_size}; }
  [[nodiscard]] std::size_t size() const { return headers_size + total_size(text); }
};

}  // namespace tcpstack
