#include "apps/tcpdrill/packets/flow.h"

#include <algorithm>
#include <ranges>

namespace tcpstack::drill {
namespace {

void shift_blocks(TcpSpec& tcp, std::uint32_t by) {
  for (Option& option : tcp.options) {
    for (wire::SackBlock& block : option.blocks) {
      block.left += by;
      block.right += by;
    }
  }
}

Option* timestamps_of(TcpSpec& tcp) {
  const auto found = std::ranges::find(tcp.options, Option::Kind::timestamps, &Option::kind);
  return found == tcp.options.end() ? nullptr : &*found;
}

// An echo of our own timestamp: exact if the script named it, otherwise by the distance.
std::uint32_t echo_to_live(std::uint32_t script, const Flow& flow) {
  const auto known = flow.live_timestamps.find(script);
  if (known != flow.live_timestamps.end()) return known->second;
  return script + flow.clock_offset.value_or(0);
}

// Learns the ISN of our SYN, also of the connection's next incarnation.
void learn_our_isn(const TcpSpec& live, Flow& flow) {
  if (!live.control.syn || flow.our_isn == live.sequence) return;
  if (flow.our_isn) {
    flow.peer_isn = flow.offered_isn;
    flow.script_isn.reset();
    flow.clock_offset.reset();
    flow.live_timestamps.clear();
  }
  flow.our_isn = live.sequence;
  flow.over = false;
}

}  // namespace

TcpSpec to_live(const TcpSpec& script, Flow& flow) {
  TcpSpec live = script;
  live.ports = {flow.peer.port, flow.ours.port};
  if (script.control.syn) {
    live.sequence += flow.isn_shift;
    flow.offered_isn = live.sequence;
    if (!flow.peer_isn) flow.peer_isn = live.sequence;
  } else {
    live.sequence += flow.peer_base();
  }
  live.acknowledgment = script.acknowledgment.value_or(0);
  if (script.control.ack) *live.acknowledgment += flow.our_base();
  // The acknowledgment on a SYN is literal, like the number that it acknowledges.
  if (script.control.ack && script.control.syn) *live.acknowledgment -= flow.script_isn.value_or(0);
  shift_blocks(live, flow.our_base());
  Option* const timestamps = timestamps_of(live);
  if (timestamps != nullptr && script.control.ack)
    timestamps->echo = echo_to_live(timestamps->echo, flow);
  return live;
}

TcpSpec to_script(const TcpSpec& live, Flow& flow) {
  TcpSpec script = live;
  learn_our_isn(live, flow);
  for (const Option& option : live.options) {
    if (option.kind == Option::Kind::window_scale)
      flow.our_scale = static_cast<std::uint8_t>(option.value);
  }
  script.sequence -= flow.our_base();
  // The acknowledgment on a SYN is literal, like the number that it acknowledges.
  if (live.control.ack)
    *script.acknowledgment -= live.control.syn ? flow.isn_shift : flow.peer_base();
  shift_blocks(script, 0U - flow.peer_base());
  Option* const timestamps = timestamps_of(script);
  if (timestamps != nullptr) timestamps->value -= flow.clock_offset.value_or(timestamps->value);
  return script;
}

TcpSpec quoted_to_live(const TcpSpec& script, const Flow& flow) {
  TcpSpec live = script;
  live.ports = {flow.ours.port, flow.peer.port};
  live.sequence += flow.our_base();
  live.control.ack = true;
  live.acknowledgment = flow.peer_base() + 1;
  return live;
}

void learn_timestamp(Flow& flow, std::uint32_t script, std::uint32_t live) {
  if (!flow.clock_offset) flow.clock_offset = live - script;
  flow.live_timestamps[script] = live;
}

Flow* Flows::find(const Endpoint& ours, const Endpoint& peer) {
  for (Flow& flow : std::views::reverse(flows_)) {
    if (flow.ours == ours && flow.peer == peer) return &flow;
  }
  return nullptr;
}

Flow& Flows::open(const Endpoint& ours, const Endpoint& peer) {
  current_ = &flows_.emplace_back(Flow{.ours = ours, .peer = peer, .isn_shift = isn_shift_});
  return *current_;
}

void Flows::sent(const TcpSpec& live) {
  if (live.control.syn && !our_first_isn_) our_first_isn_ = live.sequence;
}

}  // namespace tcpstack::drill
