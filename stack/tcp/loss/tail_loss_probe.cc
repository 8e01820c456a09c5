#include "stack/tcp/loss/tail_loss_probe.h"

namespace tcpstack::tcp {

namespace {

// TLP.max_ack_delay: how long the peer may delay an acknowledgment.
// Linux: RFC 8985 section 7.2 leaves it to us. It is 200 ms, the minimum of the RTO, as in Linux (`TCP_RTO_MIN`).
// You can see it: with one segment in flight the probe leaves when the retransmission timeout would.
constexpr Duration kMaxAckDelay = std::chrono::milliseconds(200);
// Linux: RFC 8985 section 7.2 adds nothing for more segments. We add two ticks of the timer, as Linux does
// (`TCP_TIMEOUT_MIN`). You can see it: with two segments in flight the probe leaves after 2 SRTT + 2 ms.
constexpr Duration kTwoTicks = std::chrono::milliseconds(2);
constexpr Duration kPtoWithoutSrtt = std::chrono::seconds(1);

}  // namespace

// RFC 8985 section 7.4
bool TailLossProbe::has_repaired_loss(const AckNews& news) {
  if (!end_seq || news.ack < *end_seq) return false;
  const bool original_arrived_too = news.d_sack && news.d_sack->end == *end_seq;
  const bool nothing_was_lost = !is_retransmission || original_arrived_too;
  // "SEG.ACK > TLP.end_seq: the probe's own acknowledgment, and the original never came."
  const bool is_beyond = news.ack > *end_seq;
  // A duplicate ACK at TLP.end_seq without SACK: both the original and the probe have arrived.
  const bool both_arrived = news.advanced == 0 && news.sacked == 0;
  if (nothing_was_lost || is_beyond || both_arrived) *this = {};
  return !nothing_was_lost && is_beyond;
}

Duration pto(const RoundTripTime& rtt, Tail tail) {
  if (!rtt.measured) return kPtoWithoutSrtt;
  return 2 * rtt.srtt + (tail == Tail::one_segment ? kMaxAckDelay : kTwoTicks);
}

}  // namespace tcpstack::tcp
