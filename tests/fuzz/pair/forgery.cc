// See forgery.h.
#include "tests/fuzz/pair/forgery.h"

#include <algorithm>
#include <array>

namespace tcpstack::test {
namespace {

using tcp::Seq;
using tcp::Tcb;

Packet segment(wire::TcpHeader header, const Endpoint& source, const Endpoint& destination,
               Bytes text) {
  header.source_port = source.port;
  header.destination_port = destination.port;
  std::array<std::uint8_t, wire::kMaxTcpHeaderSize> space{};
  const MutableBytes bytes = MutableBytes(space).first(wire::write_tcp(header, space));
  Spans spans;
  spans.push_back(text);
  wire::finish_tcp_checksum(bytes, spans, source.address, destination.address);
  Packet payload(bytes.begin(), bytes.end());
  payload.insert(payload.end(), text.begin(), text.end());
  return ip_packet({.protocol = static_cast<std::uint8_t>(wire::Protocol::tcp),
                    .source = source.address,
                    .destination = destination.address},
                   payload);
}

// In the window, but not at RCV.NXT, where a RST counts (RFC 5961 section 3.2).
Seq beside_rcv_nxt(Input& input, const Tcb& target) {
  return target.rcv.nxt + 1U + input.word() % std::max(target.rcv.wnd, 2U);
}

// An ICMP error about a segment that the target may have sent, from its peer.
Packet icmp_about(Input& input, const Tcb& target) {
  wire::TcpHeader sent{.source_port = target.local.port, .destination_port = target.remote.port};
  sent.sequence = target.snd.una.number() + input.byte();
  Packet quote = segment(sent, target.local, target.remote, {});
  quote.resize(28);
  Packet icmp(wire::kIcmpHeaderSize);
  // Hard errors, which only a connection attempt may believe (MUST-56, RFC 5927 section 5.2), soft ones, and a source quench
  // (MUST-55).
  const auto code =
      input.pick<wire::Unreachable>({wire::Unreachable::port, wire::Unreachable::protocol,
                                     wire::Unreachable::net, wire::Unreachable::host});
  const auto type =
      input.pick<wire::IcmpType>({wire::IcmpType::destination_unreachable,
                                  wire::IcmpType::source_quench, wire::IcmpType::time_exceeded});
  wire::write_icmp({.type = static_cast<std::uint8_t>(type),
                    .code = static_cast<std::uint8_t>(code),
                    .body = quote},
                   icmp);
  icmp.insert(icmp.end(), quote.begin(), quote.end());
  return ip_packet({.protocol = static_cast<std::uint8_t>(wire::Protocol::icmp),
                    .source = target.remote.address,
                    .destination = target.local.address},
                   icmp);
}

}  // namespace

std::optional<Packet> forge(Input& input, const Tcb& target) {
  if (!tcp::is_synchronized(target.state) || target.state == tcp::State::TIME_WAIT)
    return std::nullopt;
  wire::TcpHeader header{.window = input.word()};
  header.control.ack = true;
  header.sequence = (target.rcv.nxt + input.byte()).number();
  header.acknowledgment = target.snd.una.number();
  if (target.ts.ok) header.options.timestamps = {target.ts.recent, 0};
  Packet text(1U + input.word() % 1400U, 0xee);
  switch (input.below(8)) {
    case 0:  // RFC 5961 section 3.2: a challenge ACK, or nothing
      header.control.rst = true;
      header.sequence = beside_rcv_nxt(input, target).number();
      text.clear();
      break;
    case 1:  // RFC 5961 section 4.2: a challenge ACK
      header.control.syn = true;
      text.clear();
      break;
    case 2:  // RFC 5961 section 5.2: it acknowledges what was never sent
      header.acknowledgment = (target.snd.nxt + 1U + input.word()).number();
      break;
    case 3:  // RFC 5961 section 5.2: older than the largest window
      header.acknowledgment = (target.snd.una - target.snd.max_wnd - 1U - input.word()).number();
      break;
    case 4:  // 3.10.7.4, first: left of the window
      header.sequence =
          (target.rcv.nxt - static_cast<std::uint32_t>(text.size()) - input.word()).number();
      break;
    case 5:  // the same, right of it
      header.sequence = (target.rcv.nxt + target.rcv.wnd + 2U + input.word()).number();
      header.control.fin = true;
      break;
    case 6:  // 3.10.7.4, fifth: "if the ACK bit is off, drop the segment"
      header.control.ack = false;
      break;
    default: return icmp_about(input, target);
  }
  return segment(header, target.remote, target.local, text);
}

Packet forge_syn(Input& input, Endpoint to) {
  wire::TcpHeader syn{.sequence = input.word(), .window = 65535};
  syn.control.syn = true;
  const Endpoint from{Address(0x0a630000U + input.byte() + 1U),
                      static_cast<std::uint16_t>(1U + input.byte())};
  return segment(syn, from, to, {});
}

}  // namespace tcpstack::test
