// ICMP messages, RFC 792 (and RFC 1191 for the next-hop MTU).
#pragma once

#include <cstdint>
#include <expected>

#include "stack/base/bytes.h"
#include "stack/trace/drop.h"

namespace tcpstack::wire {

inline constexpr std::size_t kIcmpHeaderSize = 8;

enum class IcmpType : std::uint8_t {
  echo_reply = 0,
  destination_unreachable = 3,
  source_quench = 4,
  redirect = 5,
  echo = 8,
  time_exceeded = 11,
  parameter_problem = 12,
};

// Codes of destination_unreachable.
enum class Unreachable : std::uint8_t {
  net = 0,
  host = 1,
  protocol = 2,
  port = 3,
  fragmentation_needed = 4,
  source_route_failed = 5,
};

struct IcmpMessage {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  // The header's second word: identifier and sequence number of an echo; in its lower half the
  // next-hop MTU of "fragmentation needed".
  std::uint32_t rest = 0;
  Bytes body;  // echo data, or the quoted datagram of an error

  [[nodiscard]] std::uint16_t identifier() const { return static_cast<std::uint16_t>(rest >> 16); }
  [[nodiscard]] std::uint16_t sequence() const { return static_cast<std::uint16_t>(rest); }
  [[nodiscard]] std::uint16_t next_hop_mtu() const { return static_cast<std::uint16_t>(rest); }
};

// Errors: icmp_truncated, icmp_checksum.
std::expected<IcmpMessage, Drop> parse_icmp(Bytes payload);

// Writes the eight header bytes, checksum over header and body included.
// Requires out.size() >= kIcmpHeaderSize; the body follows elsewhere.
void write_icmp(const IcmpMessage& message, MutableBytes out);

}  // namespace tcpstack::wire
