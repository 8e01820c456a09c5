#include "stack/tcp/loss/undo.h"

#include <algorithm>

namespace tcpstack::tcp {

namespace {

// Linux: RFC 3708 section 3 sets no limit for a late report. Linux accepts one until the next loss (`undo_marker`). We
// accept it for three windows of data after recovery: the network may hold an original back that long. You can see it:
// if segments arrive three round trips late, cwnd is soon restored.
constexpr std::uint32_t kWindows = 3;
constexpr std::uint32_t kLargestWindow = 1U << 30;

// Takes the reported range out of the set it is in. Returns whether there was one.
bool account(Undo& undo, const SeqRange& duplicate) {
  for (base::RangeSet<Seq>* const set : {&undo.once_more, &undo.sent_again}) {
    if (!set->covers(duplicate.begin, duplicate.end)) continue;
    set->erase(duplicate.begin, duplicate.end);
    undo.unreported -= distance(duplicate.begin, duplicate.end);
    return true;
  }
  return false;
}

// RFC 3708 section 3: every byte that was sent again is reported as a duplicate.
bool d_sack_detects(Undo& undo, const AckNews& news) {
  return news.d_sack && account(undo, *news.d_sack) && undo.unreported == 0;
}

// RFC 3522 section 3.2 (5): the echo is older than the first retransmission.
bool eifel_detects(const Undo& undo, const AckNews& news) {
  if (undo.until || !undo.first_retransmission) return false;
  if (!news.echo || *news.echo == 0 || news.advanced == 0) return false;
  return static_cast<std::int32_t>(*news.echo - *undo.first_retransmission) < 0;
}

// RFC 5682 section 3.1 (3.b): "if the acknowledgment ... acknowledges data that was not retransmitted". Without SACK
// the acknowledgment of a retransmission may cover what had arrived long before.
bool f_rto_detects(std::optional<Seq> timeout_end, const AckNews& news) {
  if (!timeout_end || !news.original_end || *news.original_end > *timeout_end) return false;
  return news.has_sack || !news.retransmitted;
}

}  // namespace

void Undo::begin(const CongestionWindow& window) {
  forget();
  possible = true;
  prior_cwnd = window.cwnd;
  prior_ssthresh = window.ssthresh;
}

void Undo::retransmitted(const Sent& record, std::uint32_t tsval) {
  if (!possible || until) return;
  if (!first_retransmission) first_retransmission = tsval;
  const bool second = sent_again.overlaps(record.seq, record.end());
  (second ? once_more : sent_again).insert(record.seq, record.end());
  unreported += record.len;
}

void Undo::end(Seq nxt) {
  if (!possible || until) return;
  const std::uint64_t later = std::uint64_t{kWindows} * prior_cwnd;
  until = nxt + static_cast<std::uint32_t>(std::min<std::uint64_t>(later, kLargestWindow));
}

std::optional<Why> Undo::mistake(const AckNews& news, std::optional<Seq> timeout_end) {
  if (until && news.ack > *until) forget();
  if (!possible) return std::nullopt;
  if (d_sack_detects(*this, news))
    return Why{"every retransmission was a duplicate: undone", "RFC 3708"};
  if (eifel_detects(*this, news))
    return Why{"the original arrived, the retransmission was spurious: undone", "RFC 3522 3.2"};
  if (f_rto_detects(timeout_end, news))
    return Why{"the timeout was spurious: undone", "RFC 5682 3.1"};
  return std::nullopt;
}

void Undo::restore(CongestionWindow& window) {
  window.cwnd = std::max(window.cwnd, prior_cwnd);
  window.ssthresh = std::max(window.ssthresh, prior_ssthresh);
  forget();
}

void Undo::forget() {
  possible = false;
  first_retransmission.reset();
  sent_again.erase_all();
  once_more.erase_all();
  unreported = 0;
  until.reset();
}

}  // namespace tcpstack::tcp
