// Named counters: one for every Drop, and the figures that SNMP's TCP-MIB (RFC 4022) taught people
// to look for.
#pragma once

#include <array>
#include <cstdint>

#include "stack/trace/drop.h"

namespace tcpstack {

struct Counters {
  std::array<std::uint64_t, kDropCount> drops{};

  std::uint64_t packets_received = 0;
  std::uint64_t packets_sent = 0;
  std::uint64_t segments_received = 0;  // tcpInSegs
  std::uint64_t segments_sent = 0;      // tcpOutSegs, retransmissions included
  std::uint64_t segments_retransmitted = 0;
  std::uint64_t resets_sent = 0;  // tcpOutRsts
  std::uint64_t active_opens = 0;
  std::uint64_t passive_opens = 0;
  std::uint64_t attempt_fails = 0;       // SYN_SENT or SYN_RECEIVED to CLOSED or LISTEN
  std::uint64_t established_resets = 0;  // ESTABLISHED or CLOSE_WAIT to CLOSED
  std::uint64_t retransmission_timeouts = 0;
  std::uint64_t challenge_acks = 0;
  std::uint64_t echo_replies = 0;

  [[nodiscard]] std::uint64_t of(Drop drop) const { return drops[static_cast<std::size_t>(drop)]; }
};

}  // namespace tcpstack
