// The connection's state, and the figure of RFC 9293 section 3.3.2 (Figure 5) as a table.
//
// enter() is the only writer of tcb.state: `break tcpstack::tcp::enter` stops at every transition, and its caller
// is the step of RFC 9293 that made it.
#pragma once

#include <cstdint>

#include "stack/context.h"
#include "stack/trace/why.h"

namespace tcpstack::tcp {

struct Tcb;

enum class State : std::uint8_t {
  CLOSED,
  LISTEN,
  SYN_SENT,
  SYN_RECEIVED,
  ESTABLISHED,
  FIN_WAIT_1,
  FIN_WAIT_2,
  CLOSE_WAIT,
  CLOSING,
  LAST_ACK,
  TIME_WAIT,
};

inline constexpr int kStateCount = 11;

// "SYN_RECEIVED"
const char* name(State state);

// Is there an arrow between the two in Figure 5, or in the text of section 3.10 where the figure, which
// "is not the total specification", leaves it out?
bool is_transition(State from, State to);

// Have both SYNs been seen, so that sequence numbers are synchronized (section 3.5.1)?
bool is_synchronized(State state);

// Moves `tcb` to `to` and reports the reason to the observer. Requires is_transition(tcb.state, to).
void enter(Tcb& tcb, State to, Why why, Context& cx);

}  // namespace tcpstack::tcp
