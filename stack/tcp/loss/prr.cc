#include "stack/tcp/loss/prr.h"

#include <algorithm>

namespace tcpstack::tcp {

namespace {

// "Proportional Rate Reduction": CEIL(prr_delivered * ssthresh / RecoverFS) - prr_out.
std::int64_t in_proportion(const Prr& prr, std::uint32_t ssthresh) {
  const std::uint64_t product = std::uint64_t{prr.delivered} * ssthresh;
  const std::uint64_t share = (product + prr.recover_fs - 1) / prr.recover_fs;
  return static_cast<std::int64_t>(share) - prr.out;
}

}  // namespace

std::uint32_t Prr::allow(std::uint32_t bytes, AckKind ack, std::uint32_t in_flight,
                         const CongestionWindow& window) {
  delivered += bytes;
  std::int64_t sndcnt = 0;
  if (in_flight > window.ssthresh) {
    sndcnt = in_proportion(*this, window.ssthresh);
  } else {
    // PRR-CRB; PRR-SSRB when the ACK shows that recovery makes good progress.
    std::int64_t limit = std::max(std::int64_t{delivered} - out, std::int64_t{bytes});
    if (ack == AckKind::safe) limit += window.smss;
    sndcnt = std::min(std::int64_t{window.ssthresh} - in_flight, limit);
  }
  // "Force a fast retransmit upon entering recovery."
  if (out == 0) sndcnt = std::max<std::int64_t>(sndcnt, window.smss);
  return static_cast<std::uint32_t>(std::max<std::int64_t>(sndcnt, 0));
}

}  // namespace tcpstack::tcp
