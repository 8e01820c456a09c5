#include "stack/tcp/loss/undo.h"

#include <algorithm>

namespace tcpstack::tcp {

namespace {

// RFC 3708: counts the D-SACKs; one for each retransmission is enough.
bool d_sack_detects(Undo& undo, const AckNews& news) {
  if (!news.d_sack_end || undo.unaccounted == 0) return false;
  --undo.unaccounted;
  return undo.unaccounted == 0;
}

// RFC 3522 section 3.2 (5): the echo is older than the first retransmission.
bool eifel_detects(const Undo& undo, const AckNews& news) {
  if (!news.echo || *news.echo == 0 || undo.retransmissions == 0 || news.advanced == 0)
    return false;
  return static_cast<std::int32_t>(*news.echo - undo.first_retransmission) < 0;
}

// RFC 5682 section 3.1 with SACK: (3.b) "if the acknowledgment ... acknowledges data that was not
// retransmitted".
bool f_rto_detects(std::optional<Seq> timeout_end, const AckNews& news) {
  return timeout_end && news.original_end && *news.original_end <= *timeout_end;
}

}  // namespace

void Undo::begin(const CongestionWindow& window) {
  *this = {.possible = true, .prior_cwnd = window.cwnd, .prior_ssthresh = window.ssthresh};
}

void Undo::retransmitted(std::uint32_t tsval) {
  if (!possible) return;
  if (retransmissions == 0) first_retransmission = tsval;
  ++retransmissions;
  ++unaccounted;
}

std::optional<Why> Undo::mistake(const AckNews& news, std::optional<Seq> timeout_end) {
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
  possible = false;
}

}  // namespace tcpstack::tcp
