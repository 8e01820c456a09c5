// See departures.h.
#include "tests/oracle/departures.h"

namespace tcpstack::oracle {
namespace {

bool is_syn_again(const Connection& before, const Segment& segment) {
  return before.state == State::SYN_RECEIVED && segment.syn && !segment.ack && !segment.rst &&
         segment.seg_seq == before.irs;
}

void repeat_syn_ack(const Connection& before, const Segment& /*segment*/, const Outcome& /*got*/,
                    Outcome& expected) {
  expected = {.state = State::SYN_RECEIVED,
              .answer = {Kind::syn_ack, before.iss, before.rcv_nxt},
              .snd_una = before.snd_una,
              .rcv_nxt = before.rcv_nxt,
              .snd_wnd = before.snd_wnd};
}

bool is_crossing_syn_ack(const Connection& before, const Segment& segment) {
  return before.state == State::SYN_RECEIVED && !before.passive && segment.syn && segment.ack &&
         !segment.rst && segment.seg_seq == before.irs;
}

// As the same segment without the SYN.
void acknowledge_our_syn(const Connection& before, const Segment& segment, const Outcome& /*got*/,
                         Outcome& expected) {
  Segment without_syn = segment;
  without_syn.syn = false;
  without_syn.seg_seq += 1;
  without_syn.seg_up -= 1;  // it counts from the SYN
  Model model(before, without_syn);
  model.segment_arrives();
  expected = model.outcome();
}

bool is_refused(const Connection& before, const Segment& segment) {
  return before.state == State::SYN_SENT && segment.rst && segment.ack &&
         segment.seg_ack == before.snd_nxt;
}

void tell_refused(const Connection& /*before*/, const Segment& /*segment*/, const Outcome& /*got*/,
                  Outcome& expected) {
  expected.signal = Signal::refused;
}

bool is_assassin(const Connection& before, const Segment& segment) {
  return before.state == State::TIME_WAIT && segment.rst && segment.seg_seq == before.rcv_nxt;
}

void stay_in_time_wait(const Connection& before, const Segment& /*segment*/, const Outcome& /*got*/,
                       Outcome& expected) {
  expected = {.state = State::TIME_WAIT,
              .snd_una = before.snd_una,
              .rcv_nxt = before.rcv_nxt,
              .snd_wnd = before.snd_wnd,
              .restarts_2msl = false};
}

// Acceptable, and its ACK, too.
bool is_bare_ack_in_time_wait(const Connection& before, const Segment& segment) {
  return before.state == State::TIME_WAIT && segment.ack && !segment.rst &&
         segment.seg_len() == 0 &&
         within(segment.seg_seq, before.rcv_nxt, before.rcv_nxt + before.rcv_wnd) &&
         within(segment.seg_ack, before.snd_una - before.max_snd_wnd, before.snd_nxt + 1);
}

void do_not_answer(const Connection& /*before*/, const Segment& /*segment*/, const Outcome& /*got*/,
                   Outcome& expected) {
  expected.answer = {};
  expected.restarts_2msl = false;
}

bool is_fin_again(const Connection& before, const Segment& segment) {
  return before.state == State::TIME_WAIT && segment.fin && !segment.syn && !segment.rst &&
         segment.text_end() + 1 == before.rcv_nxt;
}

void restart_2msl(const Connection& /*before*/, const Segment& /*segment*/, const Outcome& /*got*/,
                  Outcome& expected) {
  expected.restarts_2msl = true;
}

bool is_new_connection(const Connection& before, const Segment& segment) {
  return before.state == State::TIME_WAIT && segment.syn && !segment.ack && !segment.rst &&
         precedes(before.rcv_nxt, segment.seg_seq);
}

// As in LISTEN. Its ISS is "larger than the largest sequence number it used": SND.NXT at least.
void begin_again(const Connection& before, const Segment& segment, const Outcome& got,
                 Outcome& expected) {
  const bool is_larger = !precedes(got.answer.seq, before.snd_nxt);
  const Number iss = is_larger ? got.answer.seq : before.snd_nxt;
  Model model({.state = State::LISTEN, .iss = iss}, segment);
  model.segment_arrives();
  expected = model.outcome();
}

}  // namespace

const std::vector<Departure>& departures() {
  static const std::vector<Departure> rows = {
      {"the peer's SYN again: our SYN, ACK again, which tells it more than an ACK",
       "RFC 9293 3.10.7.4 first, fourth; Linux", is_syn_again, repeat_syn_ack},
      {"simultaneous open: a SYN, ACK that crossed ours acknowledges our SYN",
       "RFC 9293 3.10.7.4 first; 3.5 Figure 7, line 6", is_crossing_syn_ack, acknowledge_our_syn},
      {"a RST in answer to our SYN: \"connection refused\", as ECONNREFUSED",
       "RFC 9293 3.10.7.3 second says \"connection reset\"; Linux", is_refused, tell_refused},
      {"a RST does not end TIME_WAIT: the assassination hazard",
       "RFC 9293 3.10.7.4 second; RFC 1337 section 4", is_assassin, stay_in_time_wait},
      {"an ACK alone is not answered in TIME_WAIT: after Figure 13 two ends would answer each "
       "other for ever",
       "RFC 9293 3.10.7.4 fifth", is_bare_ack_in_time_wait, do_not_answer},
      {"the peer's FIN again restarts 2 MSL, though it lies left of the window: our ACK was lost",
       "RFC 9293 3.10.7.4 first; fifth and eighth", is_fin_again, restart_2msl},
      {"a SYN beyond the old connection begins a new one from TIME_WAIT",
       "RFC 9293 3.10.7.4 first, fourth; 3.6.1 MAY-2", is_new_connection, begin_again},
  };
  return rows;
}

}  // namespace tcpstack::oracle
