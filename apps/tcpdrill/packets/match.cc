#include "apps/tcpdrill/packets/match.h"

#include <algorithm>

#include <fmt/format.h>

#include "apps/tcpdrill/packets/packet_text.h"

namespace tcpstack::drill {
namespace {

// Collects the differences of one comparison.
class Differences {
 public:
  template <typename T>
  void compare(const char* what, const T& expected, const T& seen) {
    if (expected != seen) add(what, fmt::format("{}", expected), fmt::format("{}", seen));
  }
  void add(const char* what, const std::string& expected, const std::string& seen) {
    text_ +=
        fmt::format("{}{}: expected {}, sent {}", text_.empty() ? "" : "\n", what, expected, seen);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void compare_control(const TcpSpec& expected, const TcpSpec& seen, Psh rule, Differences& out) {
  wire::ControlBits wanted = expected.control;
  const bool forgiven = rule == Psh::lax || (rule == Psh::with_linux && wanted.psh);
  if (forgiven) wanted.psh = seen.control.psh;
  if (!(wanted == seen.control)) out.add("flags", to_text(expected.control), to_text(seen.control));
}

const Option* find(const std::vector<Option>& options, Option::Kind kind) {
  const auto found = std::ranges::find(options, kind, &Option::kind);
  return found == options.end() ? nullptr : &*found;
}

// Takes the script's value instead of a live one that is near enough.
void accept_timestamp(Option& seen, const Option& expected, const Flow& flow,
                      const Switches& switches) {
  if (!flow.clock_offset || switches.timestamp_tick_usecs == 0) {
    seen.value = expected.value;
    return;
  }
  const auto apart = static_cast<std::int32_t>(seen.value - expected.value);
  const std::int64_t usecs = std::int64_t{std::abs(apart)} * switches.timestamp_tick_usecs;
  if (usecs <= switches.tolerance.count() + switches.timestamp_tick_usecs)
    seen.value = expected.value;
}

void sort_without_padding(std::vector<Option>& options) {
  std::erase_if(options, [](const Option& option) {
    return option.kind == Option::Kind::nop || option.kind == Option::Kind::end_of_list;
  });
  std::ranges::stable_sort(options, {}, &Option::kind);
}

void compare_options(const TcpSpec& expected, const TcpSpec& seen, const Flow& flow,
                     const Switches& switches, Differences& out) {
  if (expected.any_options) return;
  std::vector<Option> wanted = expected.options;
  std::vector<Option> came = seen.options;
  for (Option& option : came) {
    const Option* const other = find(wanted, option.kind);
    if (other == nullptr) continue;
    if (option.kind == Option::Kind::timestamps) accept_timestamp(option, *other, flow, switches);
    const bool scale = option.kind == Option::Kind::window_scale;
    if (scale && switches.any_window_scale) option.value = other->value;
  }
  if (switches.any_option_order) {
    sort_without_padding(wanted);
    sort_without_padding(came);
  }
  if (wanted != came)
    out.add("options", '<' + to_text(expected.options) + '>', '<' + to_text(seen.options) + '>');
}

bool is_window_comparable(const TcpSpec& seen, const Flow& flow) {
  return seen.control.syn || !flow.script_scale || flow.script_scale == flow.our_scale;
}

void compare_tcp(const TcpSpec& expected, const TcpSpec& seen, const Flow& flow,
                 const Switches& switches, Differences& out) {
  compare_control(expected, seen, switches.psh, out);
  const std::uint32_t base = seen.control.syn ? flow.script_isn.value_or(expected.sequence) : 0;
  out.compare("sequence number", expected.sequence, base + seen.sequence);
  out.compare("length", expected.length, seen.length);
  out.compare("acknowledgment", expected.acknowledgment.value_or(0),
              seen.acknowledgment.value_or(0));
  if (expected.window && is_window_comparable(seen, flow))
    out.compare("window", *expected.window, seen.window.value_or(0));
  if (expected.control.urg)
    out.compare("urgent pointer", expected.urgent_pointer, seen.urgent_pointer);
  compare_options(expected, seen, flow, switches, out);
}

void compare_ip(const IpSpec& expected, const IpSpec& seen, Differences& out) {
  const auto ecn = static_cast<int>(seen.ecn.value_or(wire::Ecn::not_ect));
  if (expected.ecn) out.compare("ECN", static_cast<int>(*expected.ecn), ecn);
  if (expected.any_ect && ecn != 1 && ecn != 2)
    out.add("ECN", "ECT(0) or ECT(1)", std::to_string(ecn));
  if (expected.tos) out.compare("TOS", int{*expected.tos}, int{seen.tos.value_or(0)});
  if (expected.ttl) out.compare("TTL", int{*expected.ttl}, int{seen.ttl.value_or(0)});
}

void compare_udp(const UdpSpec& expected, const UdpSpec& seen, Differences& out) {
  out.compare("length", expected.length, seen.length);
  if (!expected.ports || !seen.ports) return;
  out.compare("source port", expected.ports->first, seen.ports->first);
  out.compare("destination port", expected.ports->second, seen.ports->second);
}

void compare_icmp(const IcmpSpec& expected, const IcmpSpec& seen, Differences& out) {
  out.compare("ICMP type", int{expected.type}, int{seen.type});
  out.compare("ICMP code", int{expected.code}, int{seen.code});
  out.compare("ICMP mtu", expected.mtu, seen.mtu);
  if (expected.id != 0) out.compare("ICMP id", expected.id, seen.id);
  if (!expected.quoted_udp) return;
  if (!seen.quoted_udp) return out.add("quoted", "a UDP datagram", "another");
  compare_udp(*expected.quoted_udp, *seen.quoted_udp, out);
}

// Learns about the connection from an expected SYN or its timestamp.
void learn(const TcpSpec& expected, const TcpSpec& live, Flow& flow) {
  if (live.control.syn) flow.script_isn = expected.sequence;
  const Option* const wanted = find(expected.options, Option::Kind::timestamps);
  const Option* const came = find(live.options, Option::Kind::timestamps);
  if (wanted != nullptr && came != nullptr) learn_timestamp(flow, wanted->value, came->value);
  const Option* const scale = find(expected.options, Option::Kind::window_scale);
  if (scale != nullptr) flow.script_scale = static_cast<std::uint8_t>(scale->value);
}

const char* protocol_of(const Packet& packet) {
  constexpr const char* kNames[] = {"TCP", "UDP", "ICMP"};
  return kNames[packet.content.index()];
}

}  // namespace

std::string difference(const Packet& expected, const Packet& seen, const Packet& live, Flow& flow,
                       const Switches& switches) {
  Differences out;
  if (expected.content.index() != seen.content.index()) {
    out.add("protocol", protocol_of(expected), protocol_of(seen));
    return out.text();
  }
  compare_ip(expected.ip, seen.ip, out);
  if (const auto* const tcp = std::get_if<TcpSpec>(&expected.content)) {
    compare_tcp(*tcp, std::get<TcpSpec>(seen.content), flow, switches, out);
    if (out.text().empty()) learn(*tcp, std::get<TcpSpec>(live.content), flow);
  } else if (const auto* const udp = std::get_if<UdpSpec>(&expected.content)) {
    compare_udp(*udp, std::get<UdpSpec>(seen.content), out);
  } else {
    compare_icmp(std::get<IcmpSpec>(expected.content), std::get<IcmpSpec>(seen.content), out);
  }
  return out.text();
}

}  // namespace tcpstack::drill
