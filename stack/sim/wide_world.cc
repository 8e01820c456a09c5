// See wide_world.h.
#include "stack/sim/wide_world.h"

#include <algorithm>
#include <string_view>

#include "stack/base/random.h"
#include "stack/sim/auditor.h"
#include "stack/sim/invariants.h"

namespace tcpstack::sim {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

template <class T, std::size_t N>
T pick(base::Random& random, const T (&values)[N]) {
  return values[random.below(N)];
}

void vary(base::Random& random, TcpConfig& tcp) {
  tcp.window_scaling = random.chance(0.8);
  tcp.ecn = random.chance(0.5) ? EcnMode::offer : EcnMode::accept;
  tcp.pacing = random.chance(0.2);
  tcp.nagle = random.chance(0.7);
  tcp.tail_loss_probe = random.chance(0.8);
  tcp.fast_open = random.chance(0.2);
  tcp.slow_start_after_idle = random.chance(0.8);
  tcp.delayed_ack = pick(random, {40ms, 0ms, 200ms});
  tcp.initial_window = pick(random, {10U, 10U, 3U, 1U});
  if (random.chance(0.3)) tcp.congestion = "tahoe";
  tcp.keepalive = random.chance(0.2);
  tcp.keepalive_idle = 1s;
  tcp.keepalive_interval = 1s;
  if (random.chance(0.3)) {
    tcp.receive_buffer.initial = pick(random, {40'000U, 8'000U, 3'000U});
    tcp.receive_buffer.largest =
        std::max(tcp.receive_buffer.initial, pick(random, {6U << 20U, 1U}));
  }
  if (random.chance(0.2)) tcp.send_buffer.initial = pick(random, {20'000U, 3'000U});
}

void vary(base::Random& random, UserOptions& user) {
  user.write_size = pick<std::size_t>(random, {65536, 65536, 5000, 300});
  user.write_pause = pick<Duration>(random, {0ms, 0ms, 1ms, 30ms});
  user.read_size = pick<std::size_t>(random, {65536, 65536, 2000});
  user.read_pause = pick<Duration>(random, {0ms, 0ms, 5ms, 50ms});
  if (random.chance(0.1)) user.reads_from = 5s;
  if (random.chance(0.2)) user.urgent = 0.1;
  if (random.chance(0.3)) user.changes = 0.05;
}

// May fast recovery begin, or send again, where nothing was lost? What the path reorders or doubles misleads a sender without
// SACK (RFC 5681 section 3.2), and Tahoe goes back over what has arrived.
bool may_mislead(const LinkOptions& link, const FlowOptions& flow) {
  const bool goes_back = std::string_view(flow.config.tcp.congestion) == "tahoe" ||
                         flow.opener.changes > 0 || flow.listener.changes > 0;
  const bool misread = !flow.config.tcp.sack && link.impairment.duplicate > 0;
  return goes_back || link.impairment.reorder > 0 || misread;
}

// The auditor of one end of flow 0.
class EndAuditor : public Auditor, public Watcher {
 public:
  explicit EndAuditor(Host& host) {
    host.observe(this);
    host.watch(*this);
  }
  void settled(const Host& host, Time /*now*/) override {
    if (const tcp::Tcb* const tcb = host.tcb()) rest(*tcb);
  }
};

// Packets that `to` has not got as they were sent.
std::uint64_t losses(const Link& link, const Host& to) {
  const Counters& counters = to.stack().counters();
  std::uint64_t damaged = 0;
  for (const Drop drop :
       {Drop::ip_truncated, Drop::ip_not_version_4, Drop::ip_header_length, Drop::ip_total_length,
        Drop::ip_checksum, Drop::tcp_truncated, Drop::tcp_data_offset, Drop::tcp_checksum})
    damaged += counters.of(drop);
  return link.figures().lost + link.figures().queue_full + damaged;
}

// What one end has sent again, against the losses and what the RFCs allow.
std::string needless(const Auditor& end, std::uint64_t lost, bool misled, const char* who) {
  const AuditFigures& figures = end.figures();
  std::uint64_t allowed = lost * figures.largest_segment + figures.allowed;
  if (misled) allowed += figures.allowed_by_recovery;
  if (figures.retransmitted <= allowed) return {};
  return std::string(who) + " has sent " + std::to_string(figures.retransmitted) +
         " bytes again, where " + std::to_string(allowed) + " are allowed; ";
}

WorldOptions without_faults(WorldOptions options) {
  for (LinkOptions* const link : {&options.forward, &options.backward}) {
    link->impairment = {};
    link->queue = 1000;
  }
  return options;
}

// Super-segments count as the segments that the device makes of them.
std::uint64_t segments(const World& world) {
  return world.forward().figures().sent + world.backward().figures().sent;
}

}  // namespace

WorldOptions random_wide_world(std::uint64_t seed) {
  WorldOptions options = random_world(seed);
  base::Random random(seed ^ 0x9e3779b97f4a7c15);  // a sequence of its own
  FlowOptions& flow = options.flows.front();
  vary(random, flow.config.tcp);
  vary(random, flow.opener);
  vary(random, flow.listener);
  flow.config.ip.offload = random.chance(0.3);
  flow.config.ip.mtu = pick<std::uint16_t>(random, {1500, 1500, 576, 296, 68, 9000, 65535});
  if (random.chance(0.1)) {
    flow.listener.is_flooded = true;
    // A cookie says where the opener's text begins: what comes without its first segment gets a RST.
    options.forward.impairment = {};
    options.forward.queue = 100;
  }
  // Text in pieces of 16 bytes: as many packets as elsewhere.
  if (flow.config.ip.mtu == 68) {
    flow.opener.bytes = 1 + flow.opener.bytes / 20;
    flow.listener.bytes /= 20;
  }
  if (random.chance(0.5)) {
    options.forward.impairment.mark = 0.05;
    options.backward.impairment.mark = 0.05;
  }
  return options;
}

std::string audit(const WorldOptions& options) {
  World world(options);
  EndAuditor opener(world.opener(0));
  EndAuditor listener(world.listener(0));
  std::string wrong = violations(world, options, world.run());
  if (!opener.wrong().empty()) wrong += "the opener " + opener.wrong();
  if (!listener.wrong().empty()) wrong += "the listener " + listener.wrong();

  const FlowOptions& flow = options.flows.front();
  wrong += needless(opener, losses(world.forward(), world.listener(0)),
                    may_mislead(options.forward, flow), "the opener");
  wrong += needless(listener, losses(world.backward(), world.opener(0)),
                    may_mislead(options.backward, flow), "the listener");

  World clean(without_faults(options));
  clean.run();
  const auto most = static_cast<std::uint64_t>(kCostFactor * static_cast<double>(segments(clean))) +
                    kCostConstant;
  if (segments(world) > most) {
    wrong += "it takes " + std::to_string(segments(world)) + " segments, and " +
             std::to_string(segments(clean)) + " on a clean path; ";
  }
  return wrong;
}

}  // namespace tcpstack::sim
