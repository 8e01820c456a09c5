// The cases of the oracle: worlds (a state, and the way into it) and the segments that arrive in each.
//
// In each world all 64 sets of the six older control bits are combined with nine sequence numbers around the receive
// window, five lengths and up to eight acknowledgment numbers. docs/testing.md has the counts and what is left out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/oracle/model.h"

namespace tcpstack::oracle {

// The steps of the user and the peer that bring a new stack into a state.
enum class Step : std::uint8_t {
  listen,
  open,
  accept,
  close,
  send,          // kText octets
  peer_syn,      // SYN, without ACK
  peer_ack,      // acknowledges all that we have sent
  peer_fin,      // FIN, acknowledges what was acknowledged before
  peer_fin_ack,  // FIN, acknowledges all that we have sent
  fill_window,   // text until the window is closed; nobody reads it
  leave_hole,    // text beyond a hole
  wait,          // a second
};

struct World {
  const char* name;
  State state;
  std::vector<Step> steps;
  // A variant of another world: segments of two lengths only.
  bool few_lengths = false;
};

// Octets of text that the user sends in a world with text out, and that the peer sends beyond a hole.
inline constexpr std::uint32_t kText = 100;
// The hole, in octets.
inline constexpr std::uint32_t kHole = 12;

const std::vector<World>& worlds();

// All segments to be tried on a connection.
std::vector<Segment> segments_for(const World& world, const Connection& before);

}  // namespace tcpstack::oracle
