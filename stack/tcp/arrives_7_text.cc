// 3.10.7.4, seventh: "process the segment text".
#include <utility>

#include "stack/tcp/agreed/ecn.h"
#include "stack/tcp/arrives.h"
#include "stack/tcp/connection.h"
#include "stack/tcp/receive/ack_policy.h"
#include "stack/tcp/receive/reassembly.h"
#include "stack/tcp/receive/receive_rate.h"
#include "stack/tcp/receive/sack.h"
#include "stack/tcp/reset.h"

namespace tcpstack::tcp {

namespace {

// Nobody will read the text: the user has given the connection back (RFC 9293 3.6.1, RFC 1122 4.2.2.13: "SHOULD
// send a RST to show that data was lost", SHLD-3). The RST takes its number from SEG.ACK (section 3.5.2): the peer
// expects that one, even if our FIN was lost.
Next refuse_text(Tcb& tcb, const Segment& seg, Context& cx) {
  const Why why{"text after the user has closed", "RFC 1122 4.2.2.13"};
  owe_reset(tcb, seg, why, cx);
  end(tcb, Error::reset, why, cx);
  return drop(Drop::text_after_close, tcb, cx);
}

// The text of the SYN is already in place (3.10.7.2, 3.10.7.3).
void take_text_of_syn(Tcb& tcb) {
  advance(tcb, std::exchange(tcb.kept_syn_text, 0));
  owe_ack(tcb, {"the text of the SYN has waited for ESTABLISHED", "RFC 9293 3.10.7.2"});
}

void owe_ack_for(Tcb& tcb, const Segment& seg, Place place, std::uint32_t size, Context& cx) {
  switch (place) {
    case Place::in_order: return owe_ack_for_text(tcb, size, cx);
    case Place::fills_hole: return owe_ack(tcb, {"the segment fills a hole", "RFC 5681 4.2"});
    case Place::beyond_hole:  // MAY-13
      return owe_duplicate_acks(tcb, seg.count(),
                                {"out of order: a duplicate ACK shows the hole", "RFC 5681 4.2"});
  }
}

void take_in_window(Tcb& tcb, const Segment& seg, Context& cx) {
  report_duplicate(tcb, seg);
  const ReceivedText text = text_in_window(tcb, seg);
  if (seg.text_end() > tcb.rcv.nxt + tcb.rcv.wnd) {
    owe_ack(tcb, {"text beyond the window", "RFC 9293 3.10.7.4 first"});
    cx.dropped(Drop::text_no_room, &tcb);
  }
  if (text.bytes.empty()) return;
  text_with_codepoint_arrives(tcb.ecn, seg.control, seg.ecn);
  tcb.ack.pushed |= seg.control.psh;
  tcb.ack.last_text = cx.now;
  owe_ack_for(tcb, seg, insert(tcb, text), text.size(), cx);
  text_shows_round_trip(tcb, seg, cx);
}

bool brings_new_text(const Tcb& tcb, const Segment& seg) {
  return tcb.kept_syn_text > 0 || !text_in_window(tcb, seg).bytes.empty();
}

Next take_text(Tcb& tcb, const Segment& seg, Context& cx) {
  if (seg.text.empty() && tcb.kept_syn_text == 0) return Next::go_on;
  if (tcb.released && brings_new_text(tcb, seg)) return refuse_text(tcb, seg, cx);
  if (tcb.kept_syn_text > 0) take_text_of_syn(tcb);
  if (!seg.text.empty()) take_in_window(tcb, seg, cx);
  return Next::go_on;
}

}  // namespace

Next seventh_process_text(Tcb& tcb, const Segment& seg, Context& cx) {
  switch (tcb.state) {
    case State::CLOSED:
    case State::LISTEN:
    case State::SYN_SENT: return Next::stop;
    case State::ESTABLISHED:
    case State::FIN_WAIT_1:
    case State::FIN_WAIT_2: return take_text(tcb, seg, cx);
    case State::SYN_RECEIVED:
      // In a simultaneous open the peer sends its text again once it is established.
      return is_served_early(tcb) ? take_text(tcb, seg, cx) : Next::go_on;
    case State::CLOSE_WAIT:
    case State::CLOSING:
    case State::LAST_ACK:
    case State::TIME_WAIT:
      // "This should not occur since a FIN has been received from the remote side. Ignore the segment
      // text."
      if (!seg.text.empty()) cx.dropped(Drop::text_after_fin, &tcb);
      return Next::go_on;
  }
  return Next::go_on;
}

}  // namespace tcpstack::tcp
