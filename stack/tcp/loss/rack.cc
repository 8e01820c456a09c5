#include "stack/tcp/loss/rack.h"

#include <algorithm>

namespace tcpstack::tcp {

namespace {

constexpr std::uint8_t kReoWndPersist = 16;
// Linux: RFC 8985 section 6.2 step 1 leaves the window of RACK.min_RTT to us. It is 300 s, as in Linux
// (`tcp_min_rtt_wlen`). You can see it: five minutes after a change to a longer path `minrtt` follows.
constexpr Duration kMinRttWindow = std::chrono::seconds(300);
// Linux: RFC 8985 needs no distance. We keep the largest one in segments, at most 300, for observers, as Linux does
// (`tcp_check_sack_reordering`). You can see it: `reordering` in the figures of a connection.
constexpr std::uint32_t kMostReordering = 300;

}  // namespace

void Rack::note_rtt(Duration sample, Time now) {
  if (sample > min_rtt && now - min_rtt_at <= kMinRttWindow) return;
  min_rtt = sample;
  min_rtt_at = now;
}

void Rack::note_arrival(const Sent& record, Time now) {
  if (valid && !is_sent_after(record.sent_at, record.end(), xmit_ts, end_seq)) return;
  valid = true;
  rtt = now - record.sent_at;
  xmit_ts = record.sent_at;
  end_seq = record.end();
}

bool Rack::note_order(const Sent& record, std::uint32_t smss) {
  const bool overtaken = !record.retransmitted() && record.end() < fack;
  if (overtaken) {
    const std::uint32_t segments = (distance(record.seq, fack) + smss - 1) / smss;
    reordering =
        std::max(reordering, static_cast<std::uint16_t>(std::min(segments, kMostReordering)));
  }
  fack = later(fack, record.end());
  return overtaken;
}

void Rack::note_round(Seq una, Seq nxt, bool d_sack) {
  if (dsack_round && una >= *dsack_round) dsack_round.reset();
  if (!d_sack || dsack_round) return;
  dsack_round = nxt;
  if (reo_wnd_mult < 0xff) ++reo_wnd_mult;
  reo_wnd_persist = kReoWndPersist;
}

void Rack::recovery_ended() {
  if (reo_wnd_persist > 0) --reo_wnd_persist;
  if (reo_wnd_persist == 0) reo_wnd_mult = 1;
}

Duration Rack::reo_wnd(Duration srtt) const {
  if (min_rtt == Duration::max()) return Duration::zero();
  return std::min(reo_wnd_mult * min_rtt / 4, srtt);
}

bool is_sent_after(Time t1, Seq end1, Time t2, Seq end2) {
  return t1 > t2 || (t1 == t2 && end1 > end2);
}

Time overdue_at(const Rack& rack, Duration reo_wnd, const Sent& record) {
  return record.sent_at + rack.rtt + reo_wnd;
}

std::optional<Time> lost_at(const Rack& rack, Duration reo_wnd, const Sent& record) {
  if (!is_sent_after(rack.xmit_ts, rack.end_seq, record.sent_at, record.end())) return std::nullopt;
  return overdue_at(rack, reo_wnd, record);
}

}  // namespace tcpstack::tcp
