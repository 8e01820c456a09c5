// What two in one batch of segments are worth, before the stack transmits:
//   text in order, a filled hole, an update, an answer to what lies outside the window   one acknowledgment says it all
//   segments beyond a hole                           without SACK one each; with SACK one, whose blocks say it all
//   duplicates                                       a D-SACK each
//   challenges                                       one, RFC 5961 section 7 allows no more
//   CE and CWR                                       the last one counts (RFC 3168 section 6.1.3): ECE is a state
#include "stack/tcp/receive/ack_policy.h"

#include <algorithm>

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

void owe_duplicate_acks(Tcb& tcb, std::uint32_t segments, Why why) {
  owe_ack(tcb, why);
  if (tcb.sack_permitted) return;
  tcb.ack.duplicates = static_cast<std::uint16_t>(std::min(tcb.ack.duplicates + segments, 0xffffU));
}

void user_has_emptied_queue(Tcb& tcb) {
  const bool delayed = tcb.alarms.is_set(AlarmKind::delayed_ack);
  if (delayed && tcb.ack.pushed && !tcb.ack.interactive) {
    owe_ack(tcb, {"the user has read the pushed text", "Linux: pushed text does not wait"});
  }
}

void set_quick_ack(Tcb& tcb, bool on, Context& cx) {
  tcb.ack.interactive = !on;
  tcb.ack.quick = on ? cx.config.tcp.quick_acks : 0;
  const bool delayed = tcb.alarms.is_set(AlarmKind::delayed_ack);
  if (on && delayed) owe_ack(tcb, {"the user asks for the acknowledgment", "Linux: TCP_QUICKACK"});
}

bool owe_challenge_ack(Tcb& tcb, Why why, Context& cx) {
  const bool early = tcb.ack.last_challenge != Time::min() &&
                     cx.now - tcb.ack.last_challenge < cx.config.tcp.challenge_ack_interval;
  if (early) return false;
  tcb.ack.last_challenge = cx.now;
  ++cx.counters.challenge_acks;
  owe_ack(tcb, why);
  return true;
}

void ack_is_sent(Tcb& tcb, bool bare) {
  // RFC 5681 section 2: a duplicate "carries no data", and repeats the acknowledgment number.
  const bool is_duplicate = bare && tcb.ack.last_ack_sent == tcb.rcv.nxt;
  if (tcb.ack.duplicates > 0 && is_duplicate) --tcb.ack.duplicates;
  tcb.ack.now = tcb.ack.duplicates > 0;
  tcb.ack.unacknowledged = 0;
  tcb.ack.pushed = false;
  if (!tcb.out_of_order->d_sacks.empty()) {
    auto& d_sacks = tcb.out_of_order.make().d_sacks;
    d_sacks.pop_front();
    tcb.ack.now = tcb.ack.now || !d_sacks.empty();  // each has its report
  }
  tcb.ack.last_ack_sent = tcb.rcv.nxt;
  tcb.alarms.stop(AlarmKind::delayed_ack);
}

}  // namespace tcpstack::tcp
