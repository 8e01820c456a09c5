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

// From the number before RCV.NXT: a probe that was taken.
bool is_ack_behind_taken_probe(const Connection& before, const Segment& segment) {
  return before.state > State::SYN_RECEIVED && segment.ack && !segment.rst &&
         segment.seg_len() == 0 && segment.seg_seq + 1 == before.rcv_nxt &&
         precedes(before.snd_una, segment.seg_ack) && !precedes(before.snd_nxt, segment.seg_ack);
}

// As the same segment from RCV.NXT, but it is answered.
void hear_and_answer(const Connection& before, const Segment& segment, const Outcome& /*got*/,
                     Outcome& expected) {
  Segment moved = segment;
  moved.seg_seq += 1;
  moved.seg_up -= 1;  // it counts from SEG.SEQ
  Model model(before, moved);
  model.segment_arrives();
  const auto answer = expected.answer;
  expected = model.outcome();
  if (expected.state != State::CLOSED) expected.answer = answer;
}

bool is_reset_in_step_two(const Connection& before, const Segment& segment) {
  return segment.rst && segment.seg_seq == before.rcv_nxt;
}

bool is_reset_with_text_unread(const Connection& before, const Segment& segment) {
  const bool receives = before.state == State::ESTABLISHED || before.state == State::FIN_WAIT_1 ||
                        before.state == State::FIN_WAIT_2;
  return receives && before.unread > 0 && is_reset_in_step_two(before, segment);
}

void keep_text(const Connection& before, const Segment& /*segment*/, const Outcome& /*got*/,
               Outcome& expected) {
  expected.text = before.unread;
}

bool is_reset_at_the_end(const Connection& before, const Segment& segment) {
  return (before.state == State::CLOSING || before.state == State::LAST_ACK) &&
         is_reset_in_step_two(before, segment);
}

void tell_reset(const Connection& /*before*/, const Segment& /*segment*/, const Outcome& /*got*/,
                Outcome& expected) {
  expected.signal = Signal::reset;
}

bool is_reset_in_close_wait(const Connection& before, const Segment& segment) {
  return before.state == State::CLOSE_WAIT && is_reset_in_step_two(before, segment);
}

void tell_closing(const Connection& /*before*/, const Segment& /*segment*/, const Outcome& /*got*/,
                  Outcome& expected) {
  expected.signal = Signal::closing;
}

// An ACK without text, from the right edge of an open window or one octet beyond a closed one.
bool is_ack_at_the_edge(const Connection& before, const Segment& segment) {
  const bool synchronized = before.state >= State::SYN_RECEIVED;
  const Number edge = before.rcv_nxt + before.rcv_wnd;
  return synchronized && segment.ack && !segment.rst && segment.seg_len() == 0 &&
         segment.seg_seq == (before.rcv_wnd > 0 ? edge : edge + 1);
}

// As if it lay in the window.
void hear_ack(const Connection& before, const Segment& segment, const Outcome& /*got*/,
              Outcome& expected) {
  Connection wider = before;
  wider.rcv_wnd += 2;
  Model model(wider, segment);
  model.segment_arrives();
  expected = model.outcome();
}

bool moves_una_from_before_wl1(const Connection& before, const Segment& segment) {
  const bool synchronized = before.state >= State::ESTABLISHED && before.state != State::TIME_WAIT;
  return synchronized && precedes(segment.seg_seq, before.snd_wl1) &&
         within(segment.seg_ack, before.snd_una + 1, before.snd_nxt + 1);
}

void take_its_window(const Connection& before, const Segment& segment, const Outcome& /*got*/,
                     Outcome& expected) {
  const bool is_taken = expected.snd_una && *expected.snd_una != before.snd_una;
  if (is_taken && expected.snd_wnd) expected.snd_wnd = segment.seg_wnd;
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

// Acceptable, or at the right edge, and its ACK acceptable, too.
bool is_bare_ack_in_time_wait(const Connection& before, const Segment& segment) {
  return before.state == State::TIME_WAIT && segment.ack && !segment.rst &&
         segment.seg_len() == 0 &&
         within(segment.seg_seq, before.rcv_nxt, before.rcv_nxt + before.rcv_wnd + 1) &&
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

bool is_urgent_fin(const Connection& /*before*/, const Segment& segment) {
  return segment.urg && segment.fin;
}

void bound_urgent_data(const Connection& /*before*/, const Segment& /*segment*/,
                       const Outcome& /*got*/, Outcome& expected) {
  if (expected.signal != Signal::end_of_stream || !expected.urgent) return;
  const Number fin = *expected.rcv_nxt - 1;
  if (precedes(fin, *expected.urgent)) expected.urgent = fin;
}

bool is_no_fin_in_time_wait(const Connection& before, const Segment& segment) {
  return before.state == State::TIME_WAIT && !is_fin_again(before, segment);
}

void do_not_restart(const Connection& /*before*/, const Segment& /*segment*/,
                    const Outcome& /*got*/, Outcome& expected) {
  if (expected.restarts_2msl) expected.restarts_2msl = false;
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
      {"an ACK at the right edge of the window is heard, and one behind a probe of a closed window",
       "RFC 9293 3.10.7.4 first, Table 6; Linux", is_ack_at_the_edge, hear_ack},
      {"an ACK with the number of a probe that was taken is heard, and answered",
       "RFC 9293 3.10.7.4 first, 3.8.6.1", is_ack_behind_taken_probe, hear_and_answer},
      {"an ACK that moves SND.UNA brings its window, though its segment is older than SND.WL1",
       "RFC 9293 3.10.7.4 fifth; Linux", moves_una_from_before_wl1, take_its_window},
      {"text that was acknowledged is not flushed by a RST: the user reads it, and then the error",
       "RFC 9293 3.10.7.4 second; Linux", is_reset_with_text_unread, keep_text},
      {"a RST in CLOSING and LAST_ACK: the user is told, as our text or FIN was not acknowledged",
       "RFC 9293 3.10.7.4 second; Linux", is_reset_at_the_end, tell_reset},
      {"a RST in CLOSE_WAIT: \"closing\", as EPIPE",
       "RFC 9293 3.10.7.4 second says \"reset\"; Linux", is_reset_in_close_wait, tell_closing},
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
      {"nothing but the peer's FIN again restarts 2 MSL, or anybody could keep TIME_WAIT alive",
       "RFC 9293 3.10.7.4 fifth, eighth", is_no_fin_in_time_wait, do_not_restart},
      {"urgent data ends at the FIN, wherever the pointer points", "RFC 9293 3.10.7.4 sixth",
       is_urgent_fin, bound_urgent_data},
      {"a SYN beyond the old connection begins a new one from TIME_WAIT",
       "RFC 9293 3.10.7.4 first, fourth; 3.6.1 MAY-2", is_new_connection, begin_again},
  };
  return rows;
}

}  // namespace tcpstack::oracle
