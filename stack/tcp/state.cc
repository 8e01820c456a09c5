#include "stack/tcp/state.h"

#include <cassert>

#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

namespace {

// The states as bits, for one row of the table below.
constexpr unsigned bit(State state) { return 1U << static_cast<unsigned>(state); }

constexpr unsigned kClosed = bit(State::CLOSED);

// Figure 5: a row for each state, with the states that its arrows lead to. Every state may change to CLOSED: by a
// RST, an ABORT or a timeout.
constexpr unsigned successors(State from) {
  switch (from) {
    case State::CLOSED: return bit(State::LISTEN) | bit(State::SYN_SENT);
    case State::LISTEN: return kClosed | bit(State::SYN_RECEIVED) | bit(State::SYN_SENT);
    case State::SYN_SENT: return kClosed | bit(State::SYN_RECEIVED) | bit(State::ESTABLISHED);
    case State::SYN_RECEIVED:  // CLOSE_WAIT: the ACK of our SYN carries the peer's FIN
      return kClosed | bit(State::LISTEN) | bit(State::ESTABLISHED) | bit(State::FIN_WAIT_1) |
             bit(State::CLOSE_WAIT);
    case State::ESTABLISHED: return kClosed | bit(State::FIN_WAIT_1) | bit(State::CLOSE_WAIT);
    case State::FIN_WAIT_1:
      return kClosed | bit(State::FIN_WAIT_2) | bit(State::CLOSING) | bit(State::TIME_WAIT);
    case State::FIN_WAIT_2: return kClosed | bit(State::TIME_WAIT);
    case State::CLOSE_WAIT: return kClosed | bit(State::LAST_ACK);
    case State::CLOSING: return kClosed | bit(State::TIME_WAIT);
    case State::LAST_ACK:
    case State::TIME_WAIT: return kClosed;
  }
  return 0;
}

}  // namespace

const char* name(State state) {
  switch (state) {
    case State::CLOSED: return "CLOSED";
    case State::LISTEN: return "LISTEN";
    case State::SYN_SENT: return "SYN_SENT";
    case State::SYN_RECEIVED: return "SYN_RECEIVED";
    case State::ESTABLISHED: return "ESTABLISHED";
    case State::FIN_WAIT_1: return "FIN_WAIT_1";
    case State::FIN_WAIT_2: return "FIN_WAIT_2";
    case State::CLOSE_WAIT: return "CLOSE_WAIT";
    case State::CLOSING: return "CLOSING";
    case State::LAST_ACK: return "LAST_ACK";
    case State::TIME_WAIT: return "TIME_WAIT";
  }
  return "?";
}

bool is_transition(State from, State to) { return (successors(from) & bit(to)) != 0; }

bool is_synchronized(State state) { return state >= State::ESTABLISHED; }

void enter(Tcb& tcb, State to, Why why, Context& cx) {
  const State from = tcb.state;
  assert(is_transition(from, to));
  tcb.state = to;
  check(tcb);
  if (cx.observer != nullptr) cx.observer->transition({cx.now, tcb, from, to, why});
}

}  // namespace tcpstack::tcp
