// Faults in the words of people: which fault hits which packet.
//
//   drop data #2 out        the second packet with text that we send
//   duplicate synack        the first SYN, ACK, twice
//   delay ack 300ms         the first bare acknowledgment
//   hold fin                until the next packet in its direction has passed it
//   corrupt #5 in           one bit of the fifth packet that arrives
//   drop every fin out      each of them
//   loss 3%                 at random, like: reorder 5% 10ms, duplicate 1%, corrupt 0.1%
//   rate 10mbit queue 50    a link of 10 Mbit/s, at most 50 packets waiting for it
//
// Each fault may end with `in` (towards the stack), `out` or `both`, the default. This file knows no system and no
// Asio. fault_plan.h decides, and runtime/devices/faulty_device.h acts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "stack/base/time.h"

namespace tcpstack::device {

enum class FaultKind : std::uint8_t { drop, duplicate, delay, hold, corrupt, rate };
enum class PacketKind : std::uint8_t { any, data, ack, syn, synack, fin, rst, udp, icmp };

struct Fault {
  std::string text;  // the user's words
  FaultKind kind = FaultKind::drop;
  bool in = true;
  bool out = true;
  // The packet: the `number`-th of its kind, counted over both directions if the fault is for both; 0: every one.
  // At random: every one with `probability`.
  PacketKind target = PacketKind::any;
  std::uint32_t number = 0;
  double probability = 1;
  Duration delay{};              // of FaultKind::delay
  double bits_per_second = 0;    // of FaultKind::rate
  std::size_t queue = SIZE_MAX;  // packets that may wait, of FaultKind::rate
};

// At byte `offset` of the text, `expected` should have been.
struct FaultMistake {
  std::size_t offset = 0;
  std::string expected;  // "a time, such as 300ms"
};

std::expected<Fault, FaultMistake> parse_fault(std::string_view text);

}  // namespace tcpstack::device
