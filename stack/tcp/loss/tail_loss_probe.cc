// The tail loss probe, RFC 8985 section 7: declared in rack.h.
#include <algorithm>

#include "stack/tcp/loss/rack.h"
#include "stack/tcp/send/nagle.h"

namespace tcpstack::tcp {

namespace {

// TLP.max_ack_delay: how long the peer may delay an acknowledgment.
// Linux: RFC 8985 section 7.2 leaves it to us. It is 200 ms, the minimum of the RTO, as in Linux (`TCP_RTO_MIN`).
// You can see it: with one segment in flight the probe leaves when the retransmission timeout would.
constexpr Duration kMaxAckDelay = std::chrono::milliseconds(200);
constexpr Duration kPtoWithoutSrtt = std::chrono::seconds(1);

// RFC 8985 section 7.2: "The connection supports SACK", nothing is SACKed, no recovery, no probe under way.
bool may_probe(const Tcb& tcb) {
  return is_synchronized(tcb.state) && tcb.sack_permitted && !tcb.sent.empty() && tcb.snd.wnd > 0 &&
         !tcb.sender->recovery.repairs_loss() && tcb.sender->recovery.sacked == 0 &&
         !tcb.sender->probe.end_seq && tcb.retransmissions == 0;
}

Duration pto(const Tcb& tcb) {
  if (!tcb.rtt.measured) return kPtoWithoutSrtt;
  const Duration two_srtt = 2 * tcb.rtt.srtt;
  const bool one_segment = tcb.sent.size() == 1 && tcb.sent.front().text_size() <= tcb.snd.smss;
  return two_srtt + (one_segment ? kMaxAckDelay : std::chrono::milliseconds(2));
}

}  // namespace

void schedule_tail_loss_probe(Tcb& tcb, Context& cx) {
  if (!cx.config.tcp.tail_loss_probe || !may_probe(tcb))
    return tcb.alarms.stop(AlarmKind::tail_loss_probe);
  const Time rto = tcb.alarms.deadline(AlarmKind::retransmission);
  const Time probe = cx.now + pto(tcb);
  // "If PTO would be later than the RTO, the RTO comes first": then no probe is needed.
  tcb.alarms.set(AlarmKind::tail_loss_probe, std::min(probe, rto));
}

void tail_loss_probe_timeout(Tcb& tcb, Context& cx) {
  if (tcb.sent.empty()) return;
  TailLossProbe& probe = sender_of(tcb).probe;
  probe.due = true;
  probe.end_seq = tcb.snd.nxt;  // output moves it if the probe is new text
  // TLP_send_probe(): "the RTO timer is rearmed" after the probe.
  tcb.alarms.set(AlarmKind::retransmission, cx.now + tcb.rtt.rto);
}

// RFC 8985 section 7.4
bool is_loss_repaired_by_probe(Tcb& tcb, const Delivered& delivered, Seq ack) {
  TailLossProbe& probe = sender_of(tcb).probe;
  if (!probe.end_seq || ack < *probe.end_seq) return false;
  const bool original_arrived_too = delivered.d_sack && delivered.d_sack_end == *probe.end_seq;
  const bool nothing_was_lost = !probe.is_retransmission || original_arrived_too;
  if (nothing_was_lost) {
    probe = {};
    return false;
  }
  // "SEG.ACK > TLP.end_seq: the probe's own acknowledgment, and the original never came."
  if (ack > *probe.end_seq) {
    probe = {};
    return true;
  }
  // A duplicate ACK at TLP.end_seq without SACK: both the original and the probe have arrived.
  if (delivered.advanced == 0 && delivered.sacked == 0) probe = {};
  return false;
}

}  // namespace tcpstack::tcp
