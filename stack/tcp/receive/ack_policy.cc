#include "stack/tcp/receive/ack_policy.h"

namespace tcpstack::tcp {

void owe_ack(Tcb& tcb, Why why) {
  tcb.ack.now = true;
  tcb.ack.why = why;
}

void owe_delayed_ack(Tcb& tcb, Why why, Context& cx) {
  if (tcb.ack.now) return;
  if (cx.config.tcp.delayed_ack == Duration::zero()) return owe_ack(tcb, why);
  tcb.ack.why = why;
  if (!tcb.alarms.is_set(AlarmKind::delayed_ack)) {
    tcb.alarms.set(AlarmKind::delayed_ack, cx.now + cx.config.tcp.delayed_ack);
  }
}

void owe_ack_for_text(Tcb& tcb, std::uint32_t size, Context& cx) {
  tcb.ack.unacknowledged += size;
  if (tcb.ack.quick > 0) {
    --tcb.ack.quick;
    owe_ack(tcb, {"early text is acknowledged at once", "Linux: quick ACKs"});
  } else if (tcb.ack.unacknowledged > tcb.rcv.mss) {
    // Linux: RFC 9293 section 3.8.6.3 counts full-sized segments. More than one MSS of text is enough, as in Linux
    // (`__tcp_ack_snd_check`): with options two segments are a little less than twice the MSS. You can see it: the
    // second of two segments of 1448 bytes is acknowledged at once.
    owe_ack(tcb, {"every second full-sized segment", "RFC 9293 3.8.6.3 SHLD-19"});
  } else {
    owe_delayed_ack(tcb, {"delayed acknowledgment", "RFC 9293 3.8.6.3 SHLD-18"}, cx);
  }
}

void user_has_emptied_queue(Tcb& tcb) {
  const bool delayed = tcb.alarms.is_set(AlarmKind::delayed_ack);
  if (delayed && tcb.ack.pushed && !tcb.ack.interactive) {
    owe_ack(tcb, {"the user has read the pushed text", "Linux: pushed text does not wait"});
  }
}

void owe_challenge_ack(Tcb& tcb, Why why, Context& cx) {
  const bool early = tcb.ack.last_challenge != Time::min() &&
                     cx.now - tcb.ack.last_challenge < cx.config.tcp.challenge_ack_interval;
  if (early) return;
  tcb.ack.last_challenge = cx.now;
  ++cx.counters.challenge_acks;
  owe_ack(tcb, why);
}

void ack_is_sent(Tcb& tcb) {
  tcb.ack.now = false;
  tcb.ack.unacknowledged = 0;
  tcb.ack.pushed = false;
  if (tcb.out_of_order->d_sack) tcb.out_of_order.make().d_sack.reset();
  tcb.ack.last_ack_sent = tcb.rcv.nxt;
  tcb.alarms.stop(AlarmKind::delayed_ack);
}

}  // namespace tcpstack::tcp
