// How much may leave for each ACK while cwnd comes down to ssthresh: proportional rate reduction, RFC 9937 section 6.
//
// A leaf: numbers in, a number out, all in bytes. recovery.cc begins an episode, and sets cwnd to what is in flight and
// what allow() adds to it.
#pragma once

#include <cstdint>

#include "stack/tcp/congestion/congestion.h"

namespace tcpstack::tcp {

// safeACK: SND.UNA advances and no further loss is indicated.
enum class AckKind : std::uint8_t { safe, not_safe };

struct Prr {
  std::uint32_t recover_fs = 0;  // RecoverFS, the bytes that this episode can deliver
  std::uint32_t delivered = 0;   // prr_delivered, since the episode began
  std::uint32_t out = 0;         // prr_out, since the episode began

  // Begins an episode. Requires flight > 0.
  void begin(std::uint32_t flight) { *this = {.recover_fs = flight}; }
  void sent(std::uint32_t bytes) { out += bytes; }
  // Section 6.2: without SACK an episode delivers at most this much more. A peer that splits or repeats ACKs gains
  // nothing.
  [[nodiscard]] std::uint32_t left() const {
    return recover_fs > delivered ? recover_fs - delivered : 0;
  }
  // Returns SndCnt, what may leave for an ACK that delivered `bytes`.
  std::uint32_t allow(std::uint32_t bytes, AckKind ack, std::uint32_t in_flight,
                      const CongestionWindow& window);
};

}  // namespace tcpstack::tcp
