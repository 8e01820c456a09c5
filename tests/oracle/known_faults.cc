// See known_faults.h.
#include "tests/oracle/known_faults.h"

namespace tcpstack::oracle {
namespace {

bool is_left_of_window(const Connection& before, const Segment& segment) {
  return precedes(segment.seg_seq, before.rcv_nxt);
}

bool straddling_rst_resets(const Connection& before, const Segment& segment,
                           const Outcome& /*expected*/, const Outcome& got) {
  return segment.rst && is_left_of_window(before, segment) &&
         (got.state == State::CLOSED || got.state == State::LISTEN);
}

bool straddling_syn_taken_as_text(const Connection& before, const Segment& segment,
                                  const Outcome& expected, const Outcome& /*got*/) {
  return segment.syn && !segment.rst && is_left_of_window(before, segment) &&
         expected.text == before.unread;
}

bool fin_beyond_window_taken(const Connection& before, const Segment& segment,
                             const Outcome& expected, const Outcome& got) {
  const Number left = before.state == State::SYN_SENT ? segment.text_begin() : before.rcv_nxt;
  return segment.fin && segment.text_end() == left + before.rcv_wnd &&
         expected.signal == Signal::none && got.signal == Signal::end_of_stream;
}

bool fin_without_ack_unanswered(const Connection& before, const Segment& segment,
                                const Outcome& /*expected*/, const Outcome& got) {
  return before.rcv_wnd == 0 && segment.fin && !segment.ack && segment.text == 0 &&
         got.answer.kind == Kind::none;
}

bool urgent_before_accept_untold(const Connection& before, const Segment& /*segment*/,
                                 const Outcome& expected, const Outcome& got) {
  Outcome but_for_urgent = got;
  but_for_urgent.urgent = expected.urgent;
  return before.passive && before.state == State::SYN_RECEIVED && !got.urgent &&
         but_for_urgent == expected;
}

bool second_fin_unanswered(const Connection& before, const Segment& segment,
                           const Outcome& /*expected*/, const Outcome& got) {
  return (before.state == State::CLOSE_WAIT || before.state == State::CLOSING) && segment.fin &&
         !segment.syn && got.answer.kind == Kind::none;
}

bool bad_ack_in_time_wait_unanswered(const Connection& before, const Segment& segment,
                                     const Outcome& /*expected*/, const Outcome& got) {
  return before.state == State::TIME_WAIT && segment.ack && !segment.syn &&
         !within(segment.seg_ack, before.snd_una - before.max_snd_wnd, before.snd_nxt + 1) &&
         got.answer.kind == Kind::none;
}

bool text_in_time_wait_unanswered(const Connection& before, const Segment& segment,
                                  const Outcome& /*expected*/, const Outcome& got) {
  return before.state == State::TIME_WAIT && segment.ack && !segment.syn && segment.seg_len() > 0 &&
         got.answer.kind == Kind::none;
}

bool any_fin_restarts_2msl(const Connection& before, const Segment& segment,
                           const Outcome& expected, const Outcome& got) {
  Outcome but_for_time = got;
  but_for_time.restarts_2msl = false;
  return before.state == State::TIME_WAIT && segment.fin && got.restarts_2msl == true &&
         but_for_time == expected;
}

bool iss_not_above_old_space(const Connection& before, const Segment& segment,
                             const Outcome& expected, const Outcome& got) {
  return before.state == State::TIME_WAIT && segment.syn && expected.answer.kind == Kind::syn_ack &&
         got.answer.kind == Kind::syn_ack && precedes(got.answer.seq, before.snd_nxt);
}

std::vector<KnownFault> left_of_the_window() {
  return {
      {"a RST left of the window whose text reaches into it resets",
       "silence: RFC 5961 3.2 (1) compares the RST's own number",
       straddling_rst_resets,
       {{"SYN_RECEIVED_passive", 2128},
        {"SYN_RECEIVED_active", 2128},
        {"ESTABLISHED", 1824},
        {"ESTABLISHED_simultaneous", 864},
        {"ESTABLISHED_text_out", 1152},
        {"ESTABLISHED_hole", 1152},
        {"FIN_WAIT_1", 2128},
        {"FIN_WAIT_1_text_out", 1152},
        {"FIN_WAIT_1_hole", 1344},
        {"FIN_WAIT_2", 1824},
        {"CLOSE_WAIT", 912},
        {"CLOSE_WAIT_text_out", 576},
        {"CLOSING", 1064},
        {"CLOSING_text_out", 576},
        {"LAST_ACK", 1064},
        {"LAST_ACK_text_out", 576}}},
      {"a SYN left of the window whose text or FIN reaches into it counts as if it were not there",
       "a challenge ACK, \"irrespective of the sequence number\" (RFC 5961 4.2); LISTEN in "
       "SYN_RECEIVED after a passive OPEN (RFC 9293 3.10.7.4 fourth)",
       straddling_syn_taken_as_text,
       {{"SYN_RECEIVED_passive", 784},
        {"SYN_RECEIVED_active", 448},
        {"ESTABLISHED", 720},
        {"ESTABLISHED_simultaneous", 360},
        {"ESTABLISHED_text_out", 520},
        {"ESTABLISHED_hole", 432},
        {"FIN_WAIT_1", 880},
        {"FIN_WAIT_1_text_out", 520},
        {"FIN_WAIT_1_hole", 528},
        {"FIN_WAIT_2", 720},
        {"CLOSE_WAIT", 360},
        {"CLOSE_WAIT_text_out", 260},
        {"CLOSING", 440},
        {"CLOSING_text_out", 260},
        {"LAST_ACK", 440},
        {"LAST_ACK_text_out", 260},
        {"TIME_WAIT", 960},
        {"TIME_WAIT_from_CLOSING", 240}}},
  };
}

std::vector<KnownFault> at_the_end_of_text() {
  return {
      {"a FIN at RCV.NXT+RCV.WND is taken, behind text that fills the window or alone at a window "
       "of 0",
       "the FIN is not acceptable there: RFC 9293 3.10.7.4 first, Table 6",
       fin_beyond_window_taken,
       {{"SYN_SENT", 24},
        {"SYN_RECEIVED_passive", 8},
        {"SYN_RECEIVED_active", 16},
        {"ESTABLISHED", 24},
        {"ESTABLISHED_window_closed", 24},
        {"ESTABLISHED_hole", 24},
        {"FIN_WAIT_1", 32},
        {"FIN_WAIT_1_window_closed", 32},
        {"FIN_WAIT_1_hole", 32},
        {"FIN_WAIT_2", 24},
        {"FIN_WAIT_2_window_closed", 24}}},
      {"a FIN without ACK at a window of 0 is not answered",
       "ACK: RFC 9293 3.10.7.4 first, Table 6 (it is not acceptable), 3.8.6.1",
       fin_without_ack_unanswered,
       {{"ESTABLISHED_window_closed", 48},
        {"FIN_WAIT_1_window_closed", 56},
        {"FIN_WAIT_2_window_closed", 48}}},
      {"another FIN in the window, after the peer's FIN, is not answered",
       "ACK, RCV.NXT stays: RFC 9293 3.10.7.4 eighth",
       second_fin_unanswered,
       {{"CLOSE_WAIT", 240},
        {"CLOSE_WAIT_text_out", 160},
        {"CLOSING", 80},
        {"CLOSING_text_out", 32}}},
  };
}

std::vector<KnownFault> for_the_user() {
  return {
      {"urgent data that is announced before accept() is not told after it",
       "the user is told: RFC 9293 3.10.7.4 sixth, MUST-32",
       urgent_before_accept_untold,
       {{"SYN_RECEIVED_passive", 220}}},
  };
}

std::vector<KnownFault> in_time_wait() {
  return {
      {"an ACK of what was never sent, or of ages ago, is not answered in TIME_WAIT",
       "ACK: RFC 9293 3.5.2 group 3, RFC 5961 5.2",
       bad_ack_in_time_wait_unanswered,
       {{"TIME_WAIT", 468}, {"TIME_WAIT_from_CLOSING", 192}}},
      {"text or a FIN in the window is not answered in TIME_WAIT",
       "ACK, and 2 MSL again: RFC 9293 3.10.7.4 fifth",
       text_in_time_wait_unanswered,
       {{"TIME_WAIT", 432}, {"TIME_WAIT_from_CLOSING", 156}}},
      {"any FIN outside the window restarts 2 MSL",
       "only the peer's FIN does, at RCV.NXT-1: RFC 9293 3.10.7.4 fifth, eighth",
       any_fin_restarts_2msl,
       {{"TIME_WAIT", 1512}}},
      {"the ISS of a connection that begins in TIME_WAIT is not above the old one's numbers",
       "larger than all it used: RFC 9293 3.6.1 MAY-2 (1)",
       iss_not_above_old_space,
       {{"TIME_WAIT_from_CLOSING", 480}}},
  };
}

std::vector<KnownFault> all_rows() {
  std::vector<KnownFault> rows;
  for (const auto& part :
       {left_of_the_window(), at_the_end_of_text(), for_the_user(), in_time_wait()}) {
    rows.insert(rows.end(), part.begin(), part.end());
  }
  return rows;
}

}  // namespace

const std::vector<KnownFault>& known_faults() {
  static const std::vector<KnownFault> rows = all_rows();
  return rows;
}

}  // namespace tcpstack::oracle
