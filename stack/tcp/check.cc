// The invariants of a TCB: what must be empty or true in which state, each with its clause. They are asserted, so a
// build with NDEBUG has none. enter() checks them at each transition; fuzzers and the simulator after each step.
#include <algorithm>
#include <cassert>
#include <iterator>

#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

#ifndef NDEBUG

namespace {

// The peer's FIN has been processed (3.10.7.4, eighth).
bool has_taken_fin(State state) {
  return state == State::CLOSE_WAIT || state == State::CLOSING || state == State::LAST_ACK ||
         state == State::TIME_WAIT;
}

// The user has said CLOSE (3.10.4).
bool is_closing(State state) {
  return state == State::FIN_WAIT_1 || state == State::FIN_WAIT_2 || state == State::CLOSING ||
         state == State::LAST_ACK || state == State::TIME_WAIT;
}

// The retransmission queue (3.3.1): what lies from SND.UNA to SND.NXT.
void check_flight(const Tcb& tcb) {
  // The SYN, ACK that carried a cookie left before there was a TCB: no record stands for it (connections/syn_cookie.h).
  if (tcb.flight.empty() && tcb.snd.una == tcb.snd.iss) return;
  tcb.flight.check(tcb.snd.una, tcb.snd.nxt);
  for (std::size_t i = 0; i < tcb.flight.size(); ++i) {
    const Sent& record = tcb.flight[i];
    // 3.4: "the SYN is considered to occur before the first actual data octet ..., while the FIN is considered to occur
    // after the last actual data octet".
    assert(!record.syn || record.seq == tcb.snd.iss);
    assert(record.fin == (tcb.fin_sent && record.end() == tcb.snd.nxt));
    assert(record.transmissions > 0);
  }
}

// Figure 3.
void check_send_sequence_space(const Tcb& tcb) {
  const SendSequenceSpace& snd = tcb.snd;
  assert(snd.una <= snd.nxt);
  // 3.10.2, 3.10.4: only what the user has queued is sent, and the FIN has the number after the last octet.
  assert(!tcb.fin_sent || tcb.fin_queued);
  assert(tcb.fin_sent ? snd.nxt == text_end(tcb) + 1 : snd.nxt <= text_end(tcb));
  // 3.10.7.4, fifth: "segments on the retransmission queue that are thereby entirely acknowledged are removed".
  const bool all_acknowledged = tcb.fin_sent && snd.una == snd.nxt;
  if (all_acknowledged)
    assert(tcb.send_queue.empty());
  else
    assert(tcb.send_begin == snd.una || (snd.una == snd.iss && tcb.send_begin == snd.iss + 1));
  check_flight(tcb);
  // 3.8.6.2.1: Max(SND.WND).
  assert(snd.wnd <= snd.max_wnd);
  // 3.10.7.4, fifth: SND.WL2 <- SEG.ACK, and then SND.UNA is at least SEG.ACK.
  assert(snd.una == snd.iss || snd.wl2 <= snd.una);
  // 3.8.5 (MUST-62): SND.UP is at most the end of the urgent text.
  assert(snd.up <= later(text_end(tcb), snd.una));
  assert(snd.smss > 0);
}

// SHLD-31: text beyond a hole, within the window that was offered.
void check_out_of_order(const Tcb& tcb) {
  Seq end = tcb.rcv.nxt;
  for (const auto& range : tcb.out_of_order->held) {
    assert(end < range.begin && range.begin < range.end);
    end = range.end;
  }
  assert(end <= tcb.rcv.nxt + tcb.rcv.wnd);
}

// Figure 4. Before the peer's SYN it has no values.
void check_receive_sequence_space(const Tcb& tcb) {
  const ReceiveSequenceSpace& rcv = tcb.rcv;
  // Later IRS may lie half the circle behind.
  assert(is_synchronized(tcb.state) || rcv.irs < rcv.nxt);
  // RFC 7323 section 2.2: a window of 16 bits, scaled.
  assert(rcv.wnd <= 0xffffU << rcv.wind_shift);
  // RFC 7323 section 4.3: Last.ACK.sent.
  assert(tcb.ack.last_ack_sent <= rcv.nxt);
  check_out_of_order(tcb);
  // 3.10.7.4, eighth: "advance RCV.NXT over the FIN", once, when all text before it has come.
  const bool has_ended = tcb.fin && rcv.nxt == *tcb.fin + 1 && tcb.out_of_order->held.empty();
  assert(!has_taken_fin(tcb.state) || has_ended);
}

// Text or a FIN that has not been sent (3.8.6.1).
bool waits_to_send(const Tcb& tcb) {
  const bool may_send =
      is_synchronized(tcb.state) && tcb.state != State::FIN_WAIT_2 && tcb.state != State::TIME_WAIT;
  return may_send && (not_sent(tcb) > 0 || (tcb.fin_queued && !tcb.fin_sent));
}

}  // namespace

void check(const Tcb& tcb) {
  if (tcb.state == State::CLOSED) return;
  check_send_sequence_space(tcb);
  if (tcb.state != State::SYN_SENT) check_receive_sequence_space(tcb);
  assert(!is_closing(tcb.state) || tcb.fin_queued);
  // Not in CLOSING: there our FIN may still wait behind text, or for its turn to be sent.
  const bool is_acknowledged = tcb.state == State::FIN_WAIT_2 || tcb.state == State::TIME_WAIT;
  assert(!is_acknowledged || is_fin_acknowledged(tcb));
  assert(tcb.state != State::TIME_WAIT || tcb.flight.empty());
}

void check_at_rest(const Tcb& tcb) {
  check(tcb);
  if (tcb.state == State::CLOSED) return;
  // MUST-58, SHLD-18: an acknowledgment is sent, or its alarm is set.
  assert(!tcb.ack.now);
  const bool all_told = tcb.state == State::SYN_SENT || tcb.ack.last_ack_sent == tcb.rcv.nxt;
  assert(all_told || tcb.alarms.is_set(AlarmKind::delayed_ack));
  // RFC 6298 (5.1), (5.3).
  assert(tcb.flight.empty() || tcb.alarms.is_set(AlarmKind::retransmission));
  // MUST-36, SHLD-29: the update that opens the window may be lost.
  const bool has_alarm =
      tcb.alarms.is_set(AlarmKind::persist) || tcb.alarms.is_set(AlarmKind::pacing);
  assert(!waits_to_send(tcb) || !tcb.flight.empty() || has_alarm);
  // MUST-13: 2 MSL.
  assert(tcb.state != State::TIME_WAIT || tcb.alarms.is_set(AlarmKind::time_wait));
  // config.h: fin_wait_2_timeout.
  const bool waits_for_fin = tcb.state == State::FIN_WAIT_2 && tcb.released;
  assert(!waits_for_fin || tcb.alarms.is_set(AlarmKind::fin_wait_2));
  // 3.8.4.
  const bool keeps_alive =
      tcb.options->keepalive && is_synchronized(tcb.state) && tcb.state != State::TIME_WAIT;
  assert(!keeps_alive || tcb.alarms.is_set(AlarmKind::keepalive));
}

// After every segment, so only in a debug build and beside sanitizers (cmake/options.cmake).
#ifdef _GLIBCXX_ASSERTIONS
void check_numbers_of_peer(const Tcb& tcb) {
  if (!is_synchronized(tcb.state)) return;
  const Seq right = tcb.rcv.nxt + tcb.rcv.wnd;
  // receive/reassembly.h.
  const auto& held = tcb.out_of_order->held;
  assert(held.empty() || tcb.rcv.nxt < held.front().begin);
  const Seq end = held.empty() ? tcb.rcv.nxt : std::prev(held.end())->end;
  assert(end <= right);
  const bool fin_waits = tcb.fin && !is_past_fin(tcb);
  assert(!fin_waits || (end <= *tcb.fin && *tcb.fin < right));
  assert(!tcb.fin || tcb.rcv.nxt <= *tcb.fin + 1);
  // 3.8.5: a pointer of 16 bits, on a segment at the number after the right edge at most.
  assert(tcb.rcv.up <= right + 0x10000);
  assert(tcb.snd.wnd <= tcb.snd.max_wnd);
  assert(tcb.snd.wl2 == tcb.snd.una);  // acknowledgment.h
}
#else
void check_numbers_of_peer(const Tcb& /*tcb*/) {}
#endif

#else

void check(const Tcb& /*tcb*/) {}
void check_at_rest(const Tcb& /*tcb*/) {}
void check_numbers_of_peer(const Tcb& /*tcb*/) {}

#endif

}  // namespace tcpstack::tcp
