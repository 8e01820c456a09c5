// Named counters: one for each Drop, and the figures of SNMP's TCP-MIB (RFC 4022), which many people know.
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
  std::uint64_t cookies_sent = 0;
  std::uint64_t challenge_acks = 0;
  std::uint64_t echo_replies = 0;
  std::uint64_t icmp_errors_sent = 0;       // icmpOutErrors
  std::uint64_t icmp_errors_withheld = 0;   // because of the rate limit
  std::uint64_t icmp_errors_taken = 0;      // about our own packets
  std::uint64_t fragments_sent = 0;         // ipFragCreates
  std::uint64_t datagrams_reassembled = 0;  // ipReasmOKs
  std::uint64_t udp_received = 0;           // udpInDatagrams
  std::uint64_t udp_sent = 0;               // udpOutDatagrams

  [[nodiscard]] std::uint64_t of(Drop drop) const { return drops[static_cast<std::size_t>(drop)]; }
};

}  // namespace tcpstack
