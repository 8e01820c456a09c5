// See model.h. Clauses without an RFC's number are of RFC 9293.
#include "tests/oracle/model.h"

#include <algorithm>

namespace tcpstack::oracle {

void Model::segment_arrives() {
  switch (tcb_.state) {
    case State::CLOSED: return closed();
    case State::LISTEN: return listen();
    case State::SYN_SENT: return syn_sent();
    case State::SYN_RECEIVED:
    case State::ESTABLISHED:
    case State::FIN_WAIT_1:
    case State::FIN_WAIT_2:
    case State::CLOSE_WAIT:
    case State::CLOSING:
    case State::LAST_ACK:
    case State::TIME_WAIT: break;
  }
  // 3.10.7.4 Other states. The second and the fourth check look at the segment as it came: RFC 5961 3.2 compares its
  // own sequence number, 4.2 is "irrespective of the sequence number".
  if (first_check_sequence_number() == Next::stop) return;
  if (second_check_rst() == Next::stop) return;
  if (fourth_check_syn() == Next::stop) return;
  if (fifth_check_ack() == Next::stop) return;
  sixth_check_urg();
  seventh_process_text();
  eighth_check_fin();
}

// 3.10.7.1: "An incoming segment containing a RST is discarded", all others are answered with a RST.
void Model::closed() {
  clause_ = "3.10.7.1";
  if (!seg_.rst) send_reset("3.10.7.1");
}

void Model::listen() {
  if (seg_.rst) {
    clause_ = "3.10.7.2 first";  // "should be ignored"
  } else if (seg_.ack) {
    send_reset("3.10.7.2 second");  // "Any acknowledgment is bad"
  } else if (seg_.syn) {
    tcb_.rcv_nxt = seg_.seg_seq + 1;  // "any other control or text should be queued"
    tcb_.irs = tcb_.rcv_up = seg_.seg_seq;
    tcb_.snd_nxt = tcb_.iss + 1;
    tcb_.snd_una = tcb_.iss;
    set_send_window();
    tcb_.passive = true;
    answer_ = Kind::syn_ack;
    enter(State::SYN_RECEIVED, "3.10.7.2 third");
  } else {
    clause_ = "3.10.7.2 fourth";  // "Drop the segment"
  }
}

void Model::syn_sent() {
  // First, the ACK bit: SEG.ACK =< ISS or SEG.ACK > SND.NXT.
  const bool acceptable = seg_.ack && within(seg_.seg_ack, tcb_.iss + 1, tcb_.snd_nxt + 1);
  if (seg_.ack && !acceptable) {
    clause_ = "3.10.7.3 first";  // "unless the RST bit is set"
    if (!seg_.rst) send_reset("3.10.7.3 first");
    return;
  }
  // Second, the RST bit. There is no RCV.NXT to compare with: 3.5.3, "if the ACK field acknowledges the SYN".
  if (seg_.rst) {
    clause_ = "3.10.7.3 second";
    if (acceptable) tcb_.state = State::CLOSED;
    if (acceptable) signal_ = Signal::reset;
    return;
  }
  clause_ = "3.10.7.3 fifth";
  if (!seg_.syn) return;
  // Fourth, the SYN bit. RFC 1122 4.2.2.20 (c): the window is set whichever state is entered.
  tcb_.rcv_nxt = seg_.seg_seq + 1;
  tcb_.irs = tcb_.rcv_up = seg_.seg_seq;
  set_send_window();
  if (!acceptable) {
    answer_ = Kind::syn_ack;  // "other controls or text": queued
    enter(State::SYN_RECEIVED, "3.10.7.3 fourth");
    return;
  }
  tcb_.snd_una = seg_.seg_ack;
  enter(State::ESTABLISHED, "3.10.7.3 fourth");
  owe_ack("3.10.7.3 fourth");
  sixth_check_urg();  // "continue processing at the sixth step"
  seventh_process_text();
  eighth_check_fin();
}

// Table 6, and "if an incoming segment is not acceptable, an acknowledgment should be sent in reply (unless the RST
// bit is set ...)". 3.8.6.1: with a zero window, too, for each segment with text.
Model::Next Model::first_check_sequence_number() {
  const bool allowance = tcb_.rcv_wnd == 0 && seg_.seg_seq == tcb_.rcv_nxt;
  if (!is_acceptable() && !seg_.rst) owe_ack("3.10.7.4 first");
  // "If the RCV.WND is zero, no segments will be acceptable, but special allowance should be made to accept valid
  // ACKs, URGs, and RSTs" (MUST-66).
  if (is_acceptable() || allowance) return Next::go_on;
  return stop("3.10.7.4 first");
}

// RFC 5961 3.2: exactly RCV.NXT resets, elsewhere in the window is challenged, outside is silence.
Model::Next Model::second_check_rst() {
  if (!seg_.rst) return Next::go_on;
  if (seg_.seg_seq != tcb_.rcv_nxt) {
    constexpr const char* kClause = "3.10.7.4 second, RFC 5961 3.2";
    const bool in_window = within(seg_.seg_seq, tcb_.rcv_nxt, tcb_.rcv_nxt + tcb_.rcv_wnd);
    return in_window ? owe_ack(kClause) : stop(kClause);
  }
  if (tcb_.state == State::SYN_RECEIVED && tcb_.passive) {
    return enter(State::LISTEN, "3.10.7.4 second");
  }
  if (tcb_.state == State::SYN_RECEIVED) {
    signal_ = Signal::refused;
  } else if (receives_text() || tcb_.state == State::CLOSE_WAIT) {
    signal_ = Signal::reset;
    tcb_.unread = 0;  // "All segment queues should be flushed"
  }  // CLOSING, LAST-ACK, TIME-WAIT: nobody is told
  return enter(State::CLOSED, "3.10.7.4 second");
}

// RFC 5961 4.2: a challenge ACK in every synchronized state, and in SYN-RECEIVED after an active OPEN.
Model::Next Model::fourth_check_syn() {
  if (!seg_.syn) return Next::go_on;
  if (tcb_.state == State::SYN_RECEIVED && tcb_.passive) {
    return enter(State::LISTEN, "3.10.7.4 fourth");
  }
  return owe_ack("3.10.7.4 fourth, RFC 5961 4.2");
}

Model::Next Model::fifth_check_ack() {
  clause_ = "3.10.7.4 fifth";
  if (!seg_.ack) return Next::stop;  // "drop the segment and return"
  // In SYN-RECEIVED, which is not synchronized, any unacceptable ACK is answered with a reset, and "the connection
  // remains in the same state" (3.5.2 group 2).
  if (tcb_.state == State::SYN_RECEIVED) {
    if (!within(seg_.seg_ack, tcb_.snd_una + 1, tcb_.snd_nxt + 1)) {
      return send_reset("3.10.7.4 fifth, 3.5.2");
    }
    enter(State::ESTABLISHED, "3.10.7.4 fifth");
    tcb_.snd_una = seg_.seg_ack;
    set_send_window();
    return Next::go_on;
  }
  // RFC 5961 5.2: (SND.UNA - MAX.SND.WND) =< SEG.ACK =< SND.NXT.
  if (!within(seg_.seg_ack, tcb_.snd_una - tcb_.max_snd_wnd, tcb_.snd_nxt + 1)) {
    return owe_ack("3.10.7.4 fifth, RFC 5961 5.2");
  }
  return fifth_by_state();
}

Model::Next Model::fifth_by_state() {
  if (tcb_.state != State::TIME_WAIT) acknowledge_as_established();
  switch (tcb_.state) {
    case State::FIN_WAIT_1:
      if (is_fin_acknowledged()) enter(State::FIN_WAIT_2, "3.10.7.4 fifth");
      return Next::go_on;
    case State::CLOSING:  // "otherwise, ignore the segment"
      if (is_fin_acknowledged()) enter(State::TIME_WAIT, "3.10.7.4 fifth");
      return is_fin_acknowledged() ? Next::go_on : Next::stop;
    case State::LAST_ACK:  // "The only thing that can arrive in this state"
      if (is_fin_acknowledged()) enter(State::CLOSED, "3.10.7.4 fifth");
      return Next::stop;
    case State::TIME_WAIT:  // "Acknowledge it, and restart the 2 MSL timeout"
      restarts_2msl_ = true;
      return owe_ack("3.10.7.4 fifth");
    case State::ESTABLISHED:
    case State::FIN_WAIT_2:
    case State::CLOSE_WAIT:
    case State::CLOSED:
    case State::LISTEN:
    case State::SYN_SENT:
    case State::SYN_RECEIVED: break;
  }
  return Next::go_on;
}

// "ESTABLISHED STATE": SND.UNA, then the send window with SND.WL1 and SND.WL2. A duplicate "can be ignored".
void Model::acknowledge_as_established() {
  if (!within(seg_.seg_ack, tcb_.snd_una, tcb_.snd_nxt + 1)) return;
  tcb_.snd_una = seg_.seg_ack;
  // Does a segment that straddles the left edge count from its own number, or from RCV.NXT where its new part begins?
  window_is_open_ = precedes(seg_.seg_seq, tcb_.rcv_nxt);
  if (precedes(tcb_.snd_wl1, seg_.seg_seq) ||
      (tcb_.snd_wl1 == seg_.seg_seq && !precedes(seg_.seg_ack, tcb_.snd_wl2))) {
    set_send_window();
  }
}

void Model::set_send_window() {
  tcb_.snd_wnd = seg_.seg_wnd;
  tcb_.snd_wl1 = seg_.seg_seq;
  tcb_.snd_wl2 = seg_.seg_ack;
  tcb_.max_snd_wnd = std::max(tcb_.max_snd_wnd, tcb_.snd_wnd);
}

// "RCV.UP <- max(RCV.UP,SEG.UP)", where "the urgent pointer [is] added to the segment sequence number" (3.8.5). The
// user is told if it "is in advance of the data consumed".
void Model::sixth_check_urg() {
  if (!seg_.urg || !receives_text()) return;
  const Number pointer = seg_.seg_seq + seg_.seg_up;
  if (precedes(tcb_.rcv_up, pointer)) tcb_.rcv_up = pointer;
  urgent_ = precedes(tcb_.rcv_nxt - tcb_.unread, tcb_.rcv_up);
}

// The part of the text that lies in the window is taken if it begins at RCV.NXT, and held if it lies beyond a hole
// (SHLD-31). Either is acknowledged (MAY-13; RFC 5681 4.2).
void Model::seventh_process_text() {
  if (!receives_text() || seg_.text == 0) return;
  owe_ack("3.10.7.4 seventh");
  const Number edge = tcb_.rcv_nxt + tcb_.rcv_wnd;
  if (precedes(tcb_.rcv_nxt, seg_.text_begin())) return;
  Number next = precedes(edge, seg_.text_end()) ? edge : seg_.text_end();
  if (!precedes(tcb_.rcv_nxt, next)) return;
  if (tcb_.held_begin != tcb_.held_end && within(next, tcb_.held_begin, tcb_.held_end)) {
    next = tcb_.held_end;
  }
  tcb_.unread += next - tcb_.rcv_nxt;
  tcb_.rcv_wnd = edge - next;  // "the total of RCV.NXT and RCV.WND should not be reduced"
  tcb_.rcv_nxt = next;
}

// A FIN right of the window has been trimmed (first step); beyond a hole it is held (SHLD-31). Once the peer's FIN is
// passed, RCV.NXT is beyond it, and no other FIN moves RCV.NXT.
void Model::eighth_check_fin() {
  if (!seg_.fin) return;
  owe_ack("3.10.7.4 eighth");
  if (tcb_.state == State::TIME_WAIT) restarts_2msl_ = true;
  if (!receives_text() || seg_.text_end() != tcb_.rcv_nxt || tcb_.rcv_wnd == 0) return;
  signal_ = Signal::end_of_stream;
  tcb_.rcv_nxt += 1;
  if (tcb_.state == State::ESTABLISHED) {
    enter(State::CLOSE_WAIT, "3.10.7.4 eighth");
  } else if (tcb_.state == State::FIN_WAIT_1) {
    enter(State::CLOSING, "3.10.7.4 eighth");  // our FIN is not acknowledged, else see the fifth
  } else {
    enter(State::TIME_WAIT, "3.10.7.4 eighth");
  }
}

Model::Next Model::stop(const char* clause) {
  clause_ = clause;
  return Next::stop;
}

Model::Next Model::owe_ack(const char* clause) {
  answer_ = Kind::ack;
  return stop(clause);
}

// "If the ACK bit is off, sequence number zero is used" (3.5.2).
Model::Next Model::send_reset(const char* clause) {
  answer_ = seg_.ack ? Kind::rst : Kind::rst_ack;
  return stop(clause);
}

Model::Next Model::enter(State state, const char* clause) {
  tcb_.state = state;
  return stop(clause);
}

// Table 6.
bool Model::is_acceptable() const {
  const Number first = seg_.seg_seq;
  const Number last = seg_.seg_seq + seg_.seg_len() - 1;
  const Number edge = tcb_.rcv_nxt + tcb_.rcv_wnd;
  if (tcb_.rcv_wnd == 0) return seg_.seg_len() == 0 && first == tcb_.rcv_nxt;
  if (seg_.seg_len() == 0) return within(first, tcb_.rcv_nxt, edge);
  return within(first, tcb_.rcv_nxt, edge) || within(last, tcb_.rcv_nxt, edge);
}

// The states that ask have sent a FIN, and nothing after it.
bool Model::is_fin_acknowledged() const { return tcb_.snd_una == tcb_.snd_nxt; }

bool Model::receives_text() const {
  return tcb_.state == State::ESTABLISHED || tcb_.state == State::FIN_WAIT_1 ||
         tcb_.state == State::FIN_WAIT_2;
}

Outcome Model::outcome() const {
  Outcome out{.state = tcb_.state, .text = tcb_.unread, .signal = signal_};
  if (urgent_) out.urgent = tcb_.rcv_up;
  switch (out.answer.kind = answer_) {
    case Kind::none:
    case Kind::something_else: break;
    case Kind::ack: out.answer = {Kind::ack, tcb_.snd_nxt, tcb_.rcv_nxt}; break;
    case Kind::syn_ack: out.answer = {Kind::syn_ack, tcb_.iss, tcb_.rcv_nxt}; break;
    case Kind::rst: out.answer = {Kind::rst, seg_.seg_ack, 0}; break;
    case Kind::rst_ack: out.answer = {Kind::rst_ack, 0, seg_.seg_seq + seg_.seg_len()}; break;
  }
  if (tcb_.state == State::CLOSED || tcb_.state == State::LISTEN) return out;
  if (tcb_.state == State::TIME_WAIT) out.restarts_2msl = restarts_2msl_;
  out.snd_una = tcb_.snd_una;
  if (!window_is_open_) out.snd_wnd = tcb_.snd_wnd;
  out.rcv_nxt = tcb_.rcv_nxt;
  return out;
}

}  // namespace tcpstack::oracle
