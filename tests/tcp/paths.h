// The way into each state, as the first lines of a story. The peer offers an MSS and nothing else, so that
// segments carry no options; options_test.cc and timestamps_test.cc are about those.
#pragma once

#include "tests/tcp/table.h"

namespace tcpstack::test {

inline Lines to_syn_received() {
  return {"listen", "< S 0:0(0) <mss 1000>", "> S. 0:0(0) ack 1 win 10000 <mss 1000>",
          "state SYN_RECEIVED"};
}

inline Lines to_established() {
  return to_syn_received() + Lines{"< . 1:1(0) ack 1", "accept", "state ESTABLISHED"};
}

// With window scaling, SACK and timestamps off on our side too, so that the SYN is short.
inline Lines to_syn_sent() { return {"open", "> S 0:0(0) win 10000 <...>", "state SYN_SENT"}; }

inline Lines to_active_established() {
  return to_syn_sent() + Lines{"< S. 0:0(0) ack 1 <mss 1000>", "> . 1:1(0) ack 1"};
}

// A simultaneous open.
inline Lines to_active_syn_received() {
  return to_syn_sent() +
         Lines{"< S 0:0(0) <mss 1000>", "> S. 0:0(0) ack 1 <mss 1000>", "state SYN_RECEIVED"};
}

inline Lines to_fin_wait_1() {
  return to_established() + Lines{"close", "> F. 1:1(0) ack 1", "state FIN_WAIT_1"};
}

inline Lines to_fin_wait_2() {
  return to_fin_wait_1() + Lines{"< . 1:1(0) ack 2", "state FIN_WAIT_2"};
}

inline Lines to_closing() {
  return to_fin_wait_1() + Lines{"< F. 1:1(0) ack 1", "> . 2:2(0) ack 2", "state CLOSING"};
}

inline Lines to_close_wait() {
  return to_established() + Lines{"< F. 1:1(0) ack 1", "> . 1:1(0) ack 2", "state CLOSE_WAIT"};
}

inline Lines to_last_ack() {
  return to_close_wait() + Lines{"close", "> F. 1:1(0) ack 2", "state LAST_ACK"};
}

inline Lines to_time_wait() {
  return to_fin_wait_2() + Lines{"< F. 1:1(0) ack 2", "> . 2:2(0) ack 2", "state TIME_WAIT"};
}

// The peer's first 16 segments of text, a byte each, are acknowledged at once (Linux: quick ACKs); what
// follows begins at 17 and may be acknowledged later.
inline Lines past_quick_acks() {
  Lines lines;
  for (int i = 1; i <= 16; ++i) {
    const std::string next = std::to_string(i + 1);
    lines.push_back("< P. " + std::to_string(i) + ":" + next + "(1) ack 1");
    lines.push_back("> . 1:1(0) ack " + next);
  }
  lines.push_back("receive 16");
  return lines;
}

}  // namespace tcpstack::test
