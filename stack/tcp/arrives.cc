#include "stack/tcp/arrives.h"

namespace tcpstack::tcp {

namespace {

// 3.10.7.4: "Otherwise".
void the_eight_steps(Tcb& tcb, const Segment& seg, Context& cx) {
  if (first_check_sequence_number(tcb, seg, cx) == Next::stop) return;
  if (second_check_rst(tcb, seg, cx) == Next::stop) return;
  if (third_check_security(tcb, seg, cx) == Next::stop) return;
  if (fourth_check_syn(tcb, seg, cx) == Next::stop) return;
  if (fifth_check_ack(tcb, seg, cx) == Next::stop) return;
  if (sixth_check_urg(tcb, seg, cx) == Next::stop) return;
  if (seventh_process_text(tcb, seg, cx) == Next::stop) return;
  eighth_check_fin(tcb, seg, cx);
}

// A super-segment counts as its segments.
void count(Tcb& tcb, const Segment& seg) {
  tcb.segments_in += seg.count();
  if (!seg.text.empty()) tcb.statistics.make().figures.data_segments_in += seg.count();
}

}  // namespace

void segment_arrives(Tcb& tcb, const Segment& seg, Context& cx) {
  count(tcb, seg);
  switch (tcb.state) {
    case State::CLOSED:
    case State::LISTEN: return;
    case State::SYN_SENT:
      if (arrives_syn_sent(tcb, seg, cx) == Next::stop) return;
      // "If there are other controls or text in the segment, then continue processing at the sixth
      // step" (3.10.7.3), where the URG bit is checked.
      if (sixth_check_urg(tcb, seg, cx) == Next::stop) return;
      if (seventh_process_text(tcb, seg, cx) == Next::stop) return;
      eighth_check_fin(tcb, seg, cx);
      break;
    case State::SYN_RECEIVED:
    case State::ESTABLISHED:
    case State::FIN_WAIT_1:
    case State::FIN_WAIT_2:
    case State::CLOSE_WAIT:
    case State::CLOSING:
    case State::LAST_ACK:
    case State::TIME_WAIT: the_eight_steps(tcb, seg, cx); break;
  }
  check_numbers_of_peer(tcb);
}

Next drop(Drop reason, const Tcb& tcb, Context& cx) {
  cx.dropped(reason, &tcb);
  return Next::stop;
}

}  // namespace tcpstack::tcp
