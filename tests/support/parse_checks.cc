// Writes parsed values again and compares, for each of the formats of stack/wire. The comparison leaves out the
// parts that cannot survive: IP options, the reserved bits, alignment among TCP options.
// tests/unit/wire/robustness_test.cc and tests/fuzz/parse_fuzz.cc make the input.
#include "tests/support/parse_checks.h"

#include <algorithm>
#include <vector>

#include "stack/wire/icmp.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/notation.h"
#include "stack/wire/tcp.h"
#include "stack/wire/udp.h"

namespace tcpstack::test {
namespace {

using wire::finish_tcp_checksum;
using wire::from_notation;
using wire::kIcmpHeaderSize;
using wire::kIpv4HeaderSize;
using wire::kMaxTcpHeaderSize;
using wire::kMaxTcpOptionsSize;
using wire::kUdpHeaderSize;
using wire::parse_icmp;
using wire::parse_ipv4;
using wire::parse_tcp;
using wire::parse_udp;
using wire::tcp_options_size;
using wire::TcpPacket;
using wire::to_notation;
using wire::write_icmp;
using wire::write_ipv4;
using wire::write_tcp;
using wire::write_udp;
using Packet = std::vector<std::uint8_t>;

const Address kSource(0x0a000001);
const Address kDestination(0x0a000002);

void append(Packet& packet, Bytes bytes) {
  packet.insert(packet.end(), bytes.begin(), bytes.end());
}

bool same(Bytes a, Bytes b) { return std::ranges::equal(a, b); }

std::string ipv4_disagreement(Bytes bytes) {
  const auto parsed = parse_ipv4(bytes, false);
  if (!parsed) return {};
  Packet again(kIpv4HeaderSize);
  write_ipv4(parsed->header, parsed->payload.size(), again);
  append(again, parsed->payload);
  const auto reparsed = parse_ipv4(again);
  if (!reparsed) return std::string("IPv4 written again: ") + name(reparsed.error());
  // With options, version and IHL, total length and checksum differ. The reserved bit before the fragment's flags
  // may differ, too.
  const Bytes now = again;
  const bool is_same = now[1] == bytes[1] && same(now.subspan(4, 2), bytes.subspan(4, 2)) &&
                       load_be16(&now[6]) == (load_be16(&bytes[6]) & 0x7fff) &&
                       same(now.subspan(8, 2), bytes.subspan(8, 2)) &&
                       same(now.subspan(12, 8), bytes.subspan(12, 8)) &&
                       same(reparsed->payload, parsed->payload);
  const std::size_t sizes = kIpv4HeaderSize + parsed->options.size() + parsed->payload.size();
  return is_same && parsed->whole.size() == sizes ? "" : "IPv4 written again differs";
}

// The notation shows all that it can read again. Among options in their sender's layout only these differ.
std::string shown_disagreement(const TcpPacket& packet) {
  const std::string text = to_notation(packet.header, packet.text.size());
  const std::string as_it_came = to_notation(packet.header, packet.options, packet.text.size());
  const std::string before_options = text.substr(0, text.find(" <"));
  if (!as_it_came.starts_with(before_options)) return as_it_came + " is not " + text;
  const auto noted = from_notation(text);
  if (!noted) {
    return text + ": expected " + noted.error().expected + " at " +
           std::to_string(noted.error().offset);
  }
  const bool is_same = noted->length == packet.text.size() &&
                       noted->header.sequence == packet.header.sequence &&
                       noted->header.control == packet.header.control &&
                       noted->header.window == packet.header.window &&
                       noted->header.options == packet.header.options;
  return is_same ? "" : text + " reads differently";
}

std::string tcp_disagreement(Bytes bytes) {
  const auto parsed = parse_tcp(bytes, kSource, kDestination, false);
  if (!parsed) return {};
  if (wire::kTcpHeaderSize + parsed->options.size() + parsed->text.size() != bytes.size())
    return "TCP: wrong sizes";
  if (std::string wrong = shown_disagreement(*parsed); !wrong.empty()) return wrong;
  // 40 bytes of options without alignment may be more with it.
  if (tcp_options_size(parsed->header.options) > kMaxTcpOptionsSize) return {};

  Packet again(kMaxTcpHeaderSize);
  again.resize(write_tcp(parsed->header, again));
  finish_tcp_checksum(again, {parsed->text}, kSource, kDestination);
  append(again, parsed->text);
  const auto reparsed = parse_tcp(again, kSource, kDestination);
  if (!reparsed) return std::string("TCP written again: ") + name(reparsed.error());
  const Bytes now = again;
  const bool is_same =
      reparsed->header.options == parsed->header.options && same(now.first(12), bytes.first(12)) &&
      same(now.subspan(13, 3), bytes.subspan(13, 3)) &&
      same(now.subspan(18, 2), bytes.subspan(18, 2)) && same(reparsed->text, parsed->text);
  return is_same ? "" : "TCP written again differs";
}

std::string udp_disagreement(Bytes bytes) {
  const auto parsed = parse_udp(bytes, kSource, kDestination, false);
  if (!parsed) return {};
  Packet again(kUdpHeaderSize);
  write_udp(*parsed, kSource, kDestination, again);
  append(again, parsed->data);
  const auto reparsed = parse_udp(again, kSource, kDestination);
  if (!reparsed) return std::string("UDP written again: ") + name(reparsed.error());
  const bool is_same =
      same(Bytes(again).first(6), bytes.first(6)) && same(reparsed->data, parsed->data);
  return is_same ? "" : "UDP written again differs";
}

// icmp_disagreement() verifies the checksum, so it first writes a right one.
std::string icmp_disagreement(Bytes bytes) {
  if (bytes.size() < kIcmpHeaderSize) return parse_icmp(bytes) ? "ICMP: too short, yet read" : "";
  Packet message(bytes.begin(), bytes.end());
  const Bytes body = bytes.subspan(kIcmpHeaderSize);
  write_icmp({.type = bytes[0], .code = bytes[1], .rest = load_be32(&bytes[4]), .body = body},
             message);
  const auto parsed = parse_icmp(message);
  if (!parsed) return std::string("ICMP written again: ") + name(parsed.error());
  const bool is_same = parsed->type == bytes[0] && parsed->code == bytes[1] &&
                       parsed->rest == load_be32(&bytes[4]) && same(parsed->body, body);
  return is_same ? "" : "ICMP written again differs";
}

std::string payload_disagreement(Bytes payload) {
  std::string wrong = tcp_disagreement(payload);
  if (wrong.empty()) wrong = udp_disagreement(payload);
  if (wrong.empty()) wrong = icmp_disagreement(payload);
  return wrong;
}

}  // namespace

std::string disagreement(Bytes packet) {
  std::string wrong = ipv4_disagreement(packet);
  if (wrong.empty()) wrong = payload_disagreement(packet);
  if (const auto ip = parse_ipv4(packet, false); ip && wrong.empty()) {
    wrong = payload_disagreement(ip->payload);
  }
  return wrong;
}

std::string notation_disagreement(std::string_view text) {
  const auto noted = from_notation(text);
  if (!noted) return noted.error().offset <= text.size() ? "" : "the error lies past the end";
  const std::string shown = to_notation(noted->header, noted->length);
  const auto again = from_notation(shown);
  if (!again) return shown + " cannot be read";
  return to_notation(again->header, again->length) == shown ? "" : shown + " reads differently";
}

}  // namespace tcpstack::test
