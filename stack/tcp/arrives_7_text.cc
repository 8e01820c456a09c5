// 3.10.7.4, seventh: "process the segment text".
#include <utility>

#include "stack/tcp/agreed/ecn.h"
#include "stack/tcp/arrives.h"
#include "stack/tcp/connection.h"
#include "stack/tcp/receive/ack_policy.h"
#include "stack/tcp/receive/receive_rate.h"
#include "stack/tcp/receive/sack.h"

namespace tcpstack::tcp {

namespace {

// Moves RCV.NXT over `size` bytes that are in place. "The total of RCV.NXT and RCV.WND should not be reduced": the
// window shrinks by as much.
void advance(Tcb& tcb, std::uint32_t size) {
  tcb.receive_queue.extend(size);
  tcb.rcv.nxt += size;
  tcb.rcv.wnd -= size;
  tcb.statistics.make().figures.bytes_received += size;
  tcb.events.readable = true;
}

void take_in_order(Tcb& tcb, const Segment& seg, Context& cx) {
  const auto size = static_cast<std::uint32_t>(seg.text.size());
  tcb.receive_queue.write_at(tcb.receive_queue.size(), seg.text);
  advance(tcb, size);
  if (tcb.out_of_order->held.empty()) {
    owe_ack_for_text(tcb, size, cx);
    return;
  }
  auto& held = tcb.out_of_order.make().held;
  held.erase_before(tcb.rcv.nxt);
  if (!held.empty() && held.front().begin == tcb.rcv.nxt) {
    advance(tcb, distance(tcb.rcv.nxt, held.front().end));
    held.erase_before(tcb.rcv.nxt);
  }
  owe_ack(tcb, {"the segment fills a hole", "RFC 5681 4.2"});
}

// "Segments with higher beginning sequence numbers SHOULD be held for later processing" (SHLD-31).
void hold_out_of_order(Tcb& tcb, const Segment& seg) {
  ++tcb.statistics.make().figures.out_of_order;
  const std::size_t offset = tcb.receive_queue.size() + distance(tcb.rcv.nxt, seg.text_begin());
  tcb.receive_queue.write_at(offset, seg.text);
  OutOfOrder& out_of_order = tcb.out_of_order.make();
  out_of_order.held.insert(seg.text_begin(), seg.text_end());
  remember_out_of_order(out_of_order, seg.text_begin());
  owe_ack(tcb, {"out of order: a duplicate ACK shows the hole", "RFC 5681 4.2"});  // MAY-13
}

// Nobody will read the text: the user has given the connection back (RFC 9293 3.6.1, RFC 1122 4.2.2.13: "SHOULD
// send a RST to show that data was lost", SHLD-3).
Next refuse_text(Tcb& tcb, Context& cx) {
  end_with_reset(tcb, Error::reset, {"text after the user has closed", "RFC 1122 4.2.2.13"}, cx);
  return drop(Drop::text_after_close, tcb, cx);
}

// The text of the SYN is already in place (3.10.7.2, 3.10.7.3).
void take_text_of_syn(Tcb& tcb, Segment& seg) {
  advance(tcb, std::exchange(tcb.kept_syn_text, 0));
  trim_to_window(tcb, seg);
  owe_ack(tcb, {"the text of the SYN has waited for ESTABLISHED", "RFC 9293 3.10.7.2"});
}

Next take_text(Tcb& tcb, Segment& seg, Context& cx) {
  if (seg.text.empty() && tcb.kept_syn_text == 0) return Next::go_on;
  if (tcb.released) return refuse_text(tcb, cx);
  if (tcb.kept_syn_text > 0) take_text_of_syn(tcb, seg);
  if (seg.text.empty()) return Next::go_on;
  // Text beyond the peer's own FIN cannot be honest.
  if (tcb.fin && seg.text_end() > *tcb.fin) return drop(Drop::text_after_fin, tcb, cx);
  text_with_codepoint_arrives(tcb.ecn, seg.control, seg.ecn);
  tcb.ack.pushed |= seg.control.psh;
  tcb.ack.last_text = cx.now;
  if (seg.text_begin() == tcb.rcv.nxt) {
    take_in_order(tcb, seg, cx);
  } else {
    hold_out_of_order(tcb, seg);
  }
  text_shows_round_trip(tcb, seg, cx);
  return Next::go_on;
}

}  // namespace

Next seventh_process_text(Tcb& tcb, Segment& seg, Context& cx) {
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
      return Next::go_on;
  }
  return Next::go_on;
}

}  // namespace tcpstack::tcp
