#include "apps/tcpdrill/packets/packet_text.h"

#include <fmt/format.h>

#include "apps/tcpdrill/language/icmp_names.h"
#include "stack/wire/control_letters.h"

namespace tcpstack::drill {
namespace {

std::string hex(const std::vector<std::uint8_t>& bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

std::string to_text(const Option& option) {
  using Kind = Option::Kind;
  switch (option.kind) {
    case Kind::nop: return "nop";
    case Kind::end_of_list: return "eol";
    case Kind::mss: return fmt::format("mss {}", option.value);
    case Kind::window_scale: return fmt::format("wscale {}", option.value);
    case Kind::sack_permitted: return "sackOK";
    case Kind::timestamps: return fmt::format("TS val {} ecr {}", option.value, option.echo);
    case Kind::fast_open: return option.bytes.empty() ? "FO" : "FO " + hex(option.bytes);
    case Kind::fast_open_experimental:
      return option.bytes.empty() ? "FOEXP" : "FOEXP " + hex(option.bytes);
    case Kind::other: return fmt::format("option {} {}", option.value, hex(option.bytes));
    case Kind::sack: break;
  }
  std::string text = "sack";
  for (const wire::SackBlock& block : option.blocks)
    text += fmt::format(" {}:{}", block.left, block.right);
  return text;
}

std::string to_text(const IpSpec& ip) {
  std::string text;
  if (ip.any_ect) text += "[ect01] ";
  if (ip.ecn) {
    constexpr const char* kNames[] = {"noecn", "ect1", "ect0", "ce"};
    text += fmt::format("[{}] ", kNames[static_cast<std::size_t>(*ip.ecn)]);
  }
  if (ip.tos) text += fmt::format("[tos 0x{:02x}] ", *ip.tos);
  if (ip.ttl) text += fmt::format("[ttl {}] ", *ip.ttl);
  return text;
}

std::string to_text(const UdpSpec& udp) {
  const std::string ports =
      udp.ports ? fmt::format("[{} > {}] ", udp.ports->first, udp.ports->second) : "";
  return fmt::format("{}udp ({})", ports, udp.length);
}

std::string to_text(const IcmpSpec& icmp) {
  std::string text = "icmp " + icmp_type_name(icmp.type);
  if (icmp.code != 0 || !icmp_codes_of(icmp.type).empty())
    text += ' ' + icmp_code_name(icmp.type, icmp.code);
  if (icmp.mtu != 0) text += fmt::format(" mtu {}", icmp.mtu);
  if (icmp.id != 0) text += fmt::format(" id {}", icmp.id);
  if (icmp.quoted)
    text += fmt::format(" [{}:{}({})]", icmp.quoted->sequence,
                        icmp.quoted->sequence + icmp.quoted->length, icmp.quoted->length);
  if (icmp.quoted_udp) text += fmt::format(" [{}]", to_text(*icmp.quoted_udp));
  return text;
}

}  // namespace

std::string to_text(const wire::ControlBits& control) {
  std::string text;
  for (const auto& [letter, bit] : wire::kControlLetters) {
    if (control.*bit) text += letter;
  }
  return text.empty() ? "-" : text;
}

std::string to_text(const std::vector<Option>& options) {
  std::string text;
  for (const Option& option : options) {
    if (!text.empty()) text += ',';
    text += to_text(option);
  }
  return text;
}

std::string to_text(const TcpSpec& tcp) {
  std::string text = fmt::format("{} {}:{}({})", to_text(tcp.control), tcp.sequence,
                                 tcp.sequence + tcp.length, tcp.length);
  if (tcp.control.ack) text += fmt::format(" ack {}", tcp.acknowledgment.value_or(0));
  if (tcp.window) text += fmt::format(" win {}", *tcp.window);
  if (tcp.control.urg) text += fmt::format(" urg {}", tcp.urgent_pointer);
  if (tcp.any_options) text += " <...>";
  if (!tcp.options.empty()) text += fmt::format(" <{}>", to_text(tcp.options));
  return text;
}

std::string to_text(const Packet& packet) {
  std::string text = packet.inbound ? "< " : "> ";
  text += to_text(packet.ip);
  if (const auto* const tcp = std::get_if<TcpSpec>(&packet.content)) return text + to_text(*tcp);
  if (const auto* const icmp = std::get_if<IcmpSpec>(&packet.content)) return text + to_text(*icmp);
  return text + to_text(std::get<UdpSpec>(packet.content));
}

}  // namespace tcpstack::drill
