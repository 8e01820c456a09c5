#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

Tcb::Tcb(base::BlockPool& pool, base::TimerWheel& wheel) : send_queue(pool), receive_queue(pool) {
  alarms.wheel = &wheel;
  alarms.node.tcb = this;
}

Tcb::~Tcb() { alarms.wheel->cancel(alarms.node); }

Sender& make_sender(Tcb& tcb) {
  if (tcb.sender.is_made()) return sender_of(tcb);
  Sender& sender = tcb.sender.make();
  sender.rack.fack = tcb.snd.una;
  return sender;
}

bool is_ack_in_range(const SendSequenceSpace& snd, Seq ack) {
  return snd.una - snd.max_wnd <= ack && ack <= snd.nxt;
}

Features features(const Tcb& tcb) {
  if (tcb.state == State::SYN_SENT) return tcb.offered;
  return {.window_scaling = tcb.window_scaling,
          .timestamps = tcb.ts.ok,
          .sack = tcb.sack_permitted,
          .ecn = tcb.ecn.ok};
}

bool is_fin_acknowledged(const Tcb& tcb) { return tcb.fin_sent && tcb.snd.una == tcb.snd.nxt; }

Seq text_end(const Tcb& tcb) {
  return tcb.send_begin + static_cast<std::uint32_t>(tcb.send_queue.size());
}

std::uint32_t not_sent(const Tcb& tcb) {
  const Seq next = later(tcb.snd.nxt, tcb.send_begin);
  const Seq end = text_end(tcb);
  return end > next ? distance(next, end) : 0;
}

bool is_syn_out(const Tcb& tcb) {
  return !is_synchronized(tcb.state) && tcb.snd.una == tcb.snd.iss;
}

bool is_past_fin(const Tcb& tcb) { return tcb.fin && tcb.rcv.nxt > *tcb.fin; }

Seq read_position(const Tcb& tcb) {
  const Seq end = is_past_fin(tcb) ? *tcb.fin : tcb.rcv.nxt;
  return end - static_cast<std::uint32_t>(tcb.receive_queue.size());
}

bool is_error_untold(const Tcb& tcb) { return tcb.error != Error::none && !tcb.error_told; }

bool is_receiving(State state) {
  return state == State::ESTABLISHED || state == State::FIN_WAIT_1 || state == State::FIN_WAIT_2;
}

bool is_served_early(const Tcb& tcb) {
  return tcb.state == State::SYN_RECEIVED && tcb.fast_open && tcb.fast_open->served;
}

}  // namespace tcpstack::tcp
