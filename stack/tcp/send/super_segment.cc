#include "stack/tcp/send/super_segment.h"

#include <algorithm>

#include "stack/ip/path_mtu.h"
#include "stack/tcp/loss/cwnd.h"
#include "stack/tcp/send/emit.h"
#include "stack/tcp/send/nagle.h"
#include "stack/tcp/send/records.h"

namespace tcpstack::tcp {

namespace {

constexpr std::uint32_t kLargestPacket = 0xffff;

// The device repeats the header in each segment, so it must be right for each. It is not with an urgent pointer,
// which counts from SEG.SEQ, or with CWR, which belongs to one segment (RFC 3168 section 6.1.2). An identification
// for fragments belongs to one packet.
bool may_be_repeated(const Tcb& tcb, const Context& cx) {
  const bool urgent = tcb.snd.up > tcb.snd.nxt;
  const bool reduced = tcb.ecn.ok && tcb.ecn.cwr_owed;
  const bool paced = tcb.options->pacing;  // pacing sends segments one by one
  const bool may_be_cut = tcb.options->path_mtu_discovery == PathMtuDiscovery::dont ||
                          cx.path_mtus.needs_fragments(tcb.remote.address);
  return !urgent && !reduced && !paced && !may_be_cut;
}

}  // namespace

void grow_to_super_segment(Tcb& tcb, NextSegment& next, const Context& cx) {
  const std::uint32_t mss = tcb.snd.smss;
  if (!cx.config.ip.offload || next.fin || next.text_size < mss || !may_be_repeated(tcb, cx))
    return;
  const std::size_t headers = wire::kIpv4HeaderSize + wire::kTcpHeaderSize + options_size(tcb);
  const std::uint32_t fits = kLargestPacket - static_cast<std::uint32_t>(headers);
  const std::uint32_t most =
      std::min({waiting_in_record(tcb), usable_window(tcb), congestion_allowance(tcb), fits});
  const std::uint32_t whole = most / next.text_size * next.text_size;
  if (whole <= next.text_size) return;
  next.segment_size = static_cast<std::uint16_t>(next.text_size);
  next.text_size = whole;
}

}  // namespace tcpstack::tcp
