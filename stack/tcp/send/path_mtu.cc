#include "stack/tcp/send/path_mtu.h"

#include <array>

#include "stack/ip/path_mtu.h"
#include "stack/tcp/agreed/mss.h"
#include "stack/tcp/send/emit.h"

namespace tcpstack::tcp {

namespace {

// Linux: RFC 4821 leaves the sizes to us. The MSS becomes 1024, as in Linux (`tcp_base_mss`), and then 512, below
// the default of RFC 9293 section 3.7.1, which every path takes. You can see it: with black-hole detection
// retransmissions shrink in these steps.
constexpr std::array<std::uint16_t, 2> kSmallerMss = {1024, 512};
constexpr std::uint16_t kFixedHeaders = wire::kIpv4HeaderSize + wire::kTcpHeaderSize;

// Output sends lost text in pieces of the effective MSS.
void mark_oversized_lost(Tcb& tcb) {
  for (std::size_t i = 0; i < tcb.flight.size(); ++i) {
    if (tcb.flight[i].text_size() > tcb.snd.smss) tcb.flight.lose(i);
  }
  tcb.flight.join_lost();
}

void take_smss(Sender& sender, std::uint32_t before, std::uint32_t smss) {
  sender.recovery.window.smss = smss;
  if (smss != before && sender.congestion.is_chosen())
    sender.congestion->smss_changed(before, smss);
}

}  // namespace

bool follows_routers(const Tcb& tcb) {
  switch (tcb.options->path_mtu_discovery) {
    case PathMtuDiscovery::want:
    case PathMtuDiscovery::force: return true;
    case PathMtuDiscovery::dont:
    case PathMtuDiscovery::probe: return false;
  }
  return true;
}

ip::Fragments fragments(PathMtuDiscovery discovery) {
  switch (discovery) {
    case PathMtuDiscovery::want: return ip::Fragments::where_needed;
    case PathMtuDiscovery::dont: return ip::Fragments::allowed;
    case PathMtuDiscovery::force:
    case PathMtuDiscovery::probe: return ip::Fragments::refused;
  }
  return ip::Fragments::where_needed;
}

void take_known_path_mtu(Tcb& tcb, Context& cx) {
  const std::uint16_t known = cx.path_mtus.mtu(tcb.remote.address, cx.config);
  path_mtu_changed(tcb, follows_routers(tcb) ? known : cx.config.ip.mtu, cx);
}

void path_mtu_changed(Tcb& tcb, std::uint16_t mtu, Context& cx) {
  tcb.snd.path_mtu = mtu;
  // The peer's MSS is not known yet: take_options_of_syn() will use the path's MTU.
  if (!is_synchronized(tcb.state)) return;
  const std::uint32_t before = tcb.snd.smss;
  tcb.snd.smss = effective_mss(tcb, options_size(tcb), cx.config);
  if (Sender* const sender = tcb.sender.get()) take_smss(*sender, before, tcb.snd.smss);
  if (tcb.snd.smss >= before) return;
  cx.note({"the path's MTU is smaller", "RFC 1191 6.4"}, &tcb);
  mark_oversized_lost(tcb);
}

void suspect_black_hole(Tcb& tcb, Context& cx) {
  if (!cx.config.tcp.black_hole_detection || tcb.flight.empty()) return;
  if (tcb.retransmissions < cx.config.tcp.retries_r1) return;
  for (const std::uint16_t mss : kSmallerMss) {
    if (tcb.flight.front().text_size() <= mss) continue;
    cx.note({"large segments do not arrive: smaller ones", "RFC 4821 7.7"}, &tcb);
    return path_mtu_changed(tcb, mss + kFixedHeaders, cx);
  }
}

}  // namespace tcpstack::tcp
