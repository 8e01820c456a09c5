// The grammar of packets:
//
//   packet := < or > [ [ip] | (ip) ] ( tcp | udp | icmp )
//   ip     := ect0 ect1 ce noecn ect01 | tos HEX | ttl N
//   tcp    := [N > N] flags a:b(n) [ack N] [win N] [urg N] [<options> | <...>]
//   udp    := [N > N] udp (n)
//   icmp   := icmp type [code] [mtu N] [id N] [ [a:b(n)] | [udp (n)] ]
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "apps/tcpdrill/language/icmp_names.h"
#include "apps/tcpdrill/language/parser.h"
#include "apps/tcpdrill/language/problem.h"
#include "stack/wire/control_letters.h"
#include "stack/wire/icmp.h"

namespace tcpstack::drill {
namespace {

constexpr std::uint64_t kMost8 = std::numeric_limits<std::uint8_t>::max();
constexpr std::uint64_t kMost16 = std::numeric_limits<std::uint16_t>::max();
constexpr std::uint64_t kMost32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t kMostOfDatagram = kMost16 - 20 - 8;  // behind the headers of IP and UDP

std::uint16_t number16(Lexer& in) { return static_cast<std::uint16_t>(parse_number(in, kMost16)); }
std::uint32_t number32(Lexer& in) { return static_cast<std::uint32_t>(parse_number(in, kMost32)); }

// ---- ip

void parse_ip_item(Lexer& in, IpSpec& ip) {
  if (in.take("ect0")) {
    ip.ecn = wire::Ecn::ect0;
  } else if (in.take("ect1")) {
    ip.ecn = wire::Ecn::ect1;
  } else if (in.take("ce")) {
    ip.ecn = wire::Ecn::ce;
  } else if (in.take("noecn")) {
    ip.ecn = wire::Ecn::not_ect;
  } else if (in.take("ect01")) {
    ip.any_ect = true;
  } else if (in.take("tos")) {
    ip.tos = static_cast<std::uint8_t>(parse_number(in, kMost8));
  } else if (in.take("ttl")) {
    ip.ttl = static_cast<std::uint8_t>(parse_number(in, kMost8));
  } else if (in.peek().text == "flowlabel") {
    throw Unsupported("flowlabel", in.offset());
  } else {
    in.fail("ect0, ect1, ce, noecn, ect01, tos N or ttl N");
  }
}

void parse_ip(Lexer& in, std::string_view close, IpSpec& ip) {
  do {
    parse_ip_item(in, ip);
  } while (in.take(","));
  in.expect(close);
}

// ---- options

// The cookie of the default addresses with defaults.sh's key; public scripts have a name for it.
constexpr std::string_view kDefaultCookie = "3021b9d889017eeb";

// Hexadecimal digits, or a name that -D defines as digits.
std::vector<std::uint8_t> parse_cookie(Lexer& in, const Definitions& definitions) {
  const std::size_t offset = in.offset();
  std::string_view digits = in.take_letters_and_digits();
  const auto defined = definitions.find(digits);
  if (defined != definitions.end()) digits = defined->second;
  if (digits == "TFO_COOKIE") digits = kDefaultCookie;
  if (digits.starts_with("TFO_COOKIE")) throw Unsupported(std::string(digits), offset);
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    std::uint8_t byte = 0;
    const char* const pair = digits.data() + i;
    if (std::from_chars(pair, pair + 2, byte, 16).ptr != pair + 2) break;
    bytes.push_back(byte);
  }
  if (digits.size() != 2 * bytes.size())
    throw Malformed(offset, "a cookie in hexadecimal, or a name given with -D");
  return bytes;
}

std::vector<wire::SackBlock> parse_sack_blocks(Lexer& in) {
  std::vector<wire::SackBlock> blocks;
  while (in.peek().kind == TokenKind::number) {
    wire::SackBlock block;
    block.left = number32(in);
    in.expect(":");
    block.right = number32(in);
    blocks.push_back(block);
  }
  if (blocks.empty()) in.fail("a block: first:end");
  return blocks;
}

Option parse_option(Lexer& in, const Definitions& definitions) {
  using Kind = Option::Kind;
  if (in.take("nop")) return {.kind = Kind::nop};
  if (in.take("eol")) return {.kind = Kind::end_of_list};
  if (in.take("mss")) return {.kind = Kind::mss, .value = number16(in)};
  if (in.take("sackOK")) return {.kind = Kind::sack_permitted};
  if (in.take("wscale"))
    return {.kind = Kind::window_scale,
            .value = static_cast<std::uint32_t>(parse_number(in, kMost8))};
  if (in.take("sack")) {
    Option sack{.kind = Kind::sack};
    sack.blocks = parse_sack_blocks(in);
    return sack;
  }
  if (in.take("TS")) {
    Option timestamps{.kind = Kind::timestamps};
    in.expect("val");
    timestamps.value = number32(in);
    in.expect("ecr");
    timestamps.echo = number32(in);
    return timestamps;
  }
  const bool experimental = in.peek().text == "FOEXP";
  if (in.take("FO") || in.take("FOEXP")) {
    Option cookie{.kind = experimental ? Kind::fast_open_experimental : Kind::fast_open};
    cookie.bytes = parse_cookie(in, definitions);
    return cookie;
  }
  for (const std::string_view known : {"md5", "mptcp", "ECN", "exp", "echo", "AO"}) {
    if (in.peek().text == known) throw Unsupported(std::string(known), in.offset());
  }
  in.fail("an option: mss, wscale, sackOK, sack, TS, FO, FOEXP, nop or eol");
}

void parse_options(Lexer& in, const Definitions& definitions, bool inbound, TcpSpec& tcp) {
  if (!in.take("<")) return;
  if (in.peek().text == "...") {
    if (inbound) in.fail("options: '...' is for outbound packets");
    in.next();
    tcp.any_options = true;
  } else if (in.peek().text != ">") {
    do {
      tcp.options.push_back(parse_option(in, definitions));
    } while (in.take(","));
  }
  if (!in.take(">")) in.fail("',' or '>'");
}

// ---- tcp

wire::ControlBits parse_control_bits(Lexer& in) {
  const std::size_t offset = in.offset();
  const std::string_view letters = in.take_letters("SFRP.UEWA-0123456789");
  wire::ControlBits control;
  if (letters == "-") return control;
  if (letters.empty()) in.fail("control bits: some of SFRP.UEW, or -");
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const auto is_this = [&](const auto& letter) { return letter.first == letters[i]; };
    const auto* const found = std::ranges::find_if(wire::kControlLetters, is_this);
    if (letters[i] == 'A' || (letters[i] >= '0' && letters[i] <= '9' && i > 0))
      throw Unsupported("A is AE, of accurate ECN; an ACK is '.'", offset + i);
    if (found == wire::kControlLetters.end())
      throw Malformed(offset + i, "a control bit, one of SFRP.UEW");
    control.*(found->second) = true;
  }
  return control;
}

// :b(n) after a, b = a + n
void parse_sequence_end(Lexer& in, TcpSpec& tcp) {
  in.expect(":");
  const std::size_t end_offset = in.offset();
  const std::uint32_t end = number32(in);
  in.expect("(");
  tcp.length = number32(in);
  in.expect(")");
  if (end != tcp.sequence + tcp.length)
    throw Malformed(end_offset, std::to_string(tcp.sequence + tcp.length) +
                                    ", the first number plus the length");
}

void parse_sequence(Lexer& in, TcpSpec& tcp) {
  tcp.sequence = number32(in);
  parse_sequence_end(in, tcp);
}

// [5001 > 8080]. In older scripts instead the segment that an ICMP error quotes: [1:1001(1000)]
void parse_numbers(Lexer& in, TcpSpec& tcp, std::optional<TcpSpec>& quoted) {
  const std::size_t offset = in.offset();
  const std::uint32_t first = number32(in);
  if (in.peek().text == ":") {
    quoted.emplace().sequence = first;
    parse_sequence_end(in, *quoted);
  } else {
    if (first > 0xffff) throw Malformed(offset, "a port, up to 65535");
    in.expect(">");
    tcp.ports = {static_cast<std::uint16_t>(first), number16(in)};
  }
  in.expect("]");
}

void parse_tcp(Lexer& in, const Definitions& definitions, bool inbound, TcpSpec& tcp) {
  tcp.control = parse_control_bits(in);
  parse_sequence(in, tcp);
  if (in.take("ack")) tcp.acknowledgment = number32(in);
  if (in.take("win")) tcp.window = number16(in);
  if (in.take("urg")) tcp.urgent_pointer = number16(in);
  if (inbound && !tcp.window) in.fail("win N, which an inbound packet needs");
  if (tcp.control.ack && !tcp.acknowledgment) tcp.acknowledgment = 0;
  parse_options(in, definitions, inbound, tcp);
}

// ---- icmp

std::uint8_t parse_icmp_type(Lexer& in) {
  const auto type = icmp_type(in.peek().text);
  if (!type) in.fail("an ICMP type, such as unreachable, or type_N");
  in.next();
  return *type;
}

// The code may be missing: 0.
std::uint8_t parse_icmp_code(Lexer& in, std::uint8_t type) {
  const Token& token = in.peek();
  if (token.kind != TokenKind::word || token.text == "mtu" || token.text == "id") return 0;
  const auto code = icmp_code(type, token.text);
  const std::string names = icmp_codes_of(type);
  if (!code)
    in.fail("an ICMP code of " + icmp_type_name(type) + ": " + names +
            (names.empty() ? "" : ", or ") + "code_N");
  in.next();
  return *code;
}

UdpSpec parse_udp(Lexer& in) {
  in.expect("(");
  UdpSpec udp{.length = static_cast<std::uint16_t>(parse_number(in, kMostOfDatagram))};
  in.expect(")");
  return udp;
}

// [N > N] udp (n)
UdpSpec parse_quoted_udp(Lexer& in) {
  std::optional<std::pair<std::uint16_t, std::uint16_t>> ports;
  if (in.take("[")) {
    const std::uint16_t source = number16(in);
    in.expect(">");
    ports = {source, number16(in)};
    in.expect("]");
  }
  in.expect("udp");
  UdpSpec udp = parse_udp(in);
  udp.ports = ports;
  return udp;
}

void parse_quoted(Lexer& in, const Definitions& definitions, IcmpSpec& icmp) {
  if (in.peek().text == "[" || in.peek().text == "udp") {
    icmp.quoted_udp = parse_quoted_udp(in);
    in.expect("]");
    return;
  }
  if (in.peek().kind != TokenKind::number)
    in.fail("the sequence numbers of the segment that it is about: a:b(n)");
  icmp.quoted.emplace();
  parse_sequence(in, *icmp.quoted);
  parse_options(in, definitions, true, *icmp.quoted);
  in.expect("]");
}

IcmpSpec parse_icmp(Lexer& in, const Definitions& definitions) {
  IcmpSpec icmp;
  icmp.type = parse_icmp_type(in);
  icmp.code = parse_icmp_code(in, icmp.type);
  if (in.take("mtu")) icmp.mtu = number16(in);
  if (in.take("id")) icmp.id = number16(in);
  if (in.take("[")) parse_quoted(in, definitions, icmp);
  return icmp;
}

}  // namespace

Packet parse_packet(Lexer& in, const Definitions& definitions) {
  Packet packet;
  packet.inbound = in.next().text == "<";
  TcpSpec tcp;
  std::optional<TcpSpec> quoted;
  if (in.take("(")) parse_ip(in, ")", packet.ip);
  while (in.take("[")) {
    if (in.peek().kind == TokenKind::number) {
      parse_numbers(in, tcp, quoted);
    } else {
      parse_ip(in, "]", packet.ip);
    }
  }
  if (in.take("udp")) {
    UdpSpec udp = parse_udp(in);
    udp.ports = tcp.ports;
    packet.content = udp;
  } else if (in.take("icmp")) {
    IcmpSpec icmp = parse_icmp(in, definitions);
    if (quoted) icmp.quoted = std::move(quoted);
    packet.content = std::move(icmp);
  } else {
    for (const std::string_view other : {"ipv4", "ipv6", "gre", "mpls"}) {
      if (in.peek().text == other) throw Unsupported(std::string(other), in.offset());
    }
    parse_tcp(in, definitions, packet.inbound, tcp);
    packet.content = std::move(tcp);
  }
  return packet;
}

}  // namespace tcpstack::drill
