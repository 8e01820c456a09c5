// A whole Stack, with a listener, a connection of its own and a UDP socket, against packets, calls and times
// that libFuzzer makes up. An input is a list of steps: a byte that says what happens, then its operands.
//
// Most packets of pure chance fail a checksum or meet no connection. So a step may also be a segment relative
// to what the stack has sent last, a fragment, or an ICMP error that quotes that packet.
//
// In all cases: no crash, no endless output, no deadline that stays in the past. Every packet that cannot be parsed
// is counted as dropped, every packet sent is well-formed, and no RST is answered with a RST.
#include <algorithm>
#include <chrono>

#include "stack/wire/checksum.h"
#include "stack/wire/udp.h"
#include "tests/fuzz/input.h"
#include "tests/support/stack_host.h"

namespace tcpstack::test {
namespace {

class World {
 public:
  World() {
    listener_ = host_.stack.listen({{}, 80}).value();
    socket_ = host_.stack.open_udp({{}, 53}, host_.now).value();
    opened_ = host_.stack.open({kThere, 7}, {{}, 40000}, host_.now).value();
    drain();
  }
  void step(Input& input);

 private:
  void packet(const Packet& packet);
  void segment(Input& input);
  void fragment(Input& input);
  void icmp_error_about_last(Input& input);
  void call(Input& input);
  void time(Input& input);
  void drain();
  void check(const Packet& packet);

  StackHost host_{config()};
  ListenerId listener_;
  DatagramSocketId socket_;
  ConnectionId opened_;
  ConnectionId accepted_;
  Packet last_tcp_;  // sent by the stack
  bool rst_seen_ = false;

  static Config config() {
    Config config;
    config.tcp.max_connections = 50;
    config.tcp.black_hole_detection = true;
    config.ip.reassembly_bytes = 20000;
    config.ip.reassembly_datagrams = 4;
    return config;
  }
};

bool is_rst(const Packet& packet) {
  const auto ip = wire::parse_ipv4(packet);
  return ip && ip->header.protocol == 6 && !ip->header.is_fragment() && ip->payload.size() >= 20 &&
         (ip->payload[13] & 4) != 0;
}

void World::packet(const Packet& packet) {
  const std::uint64_t before = host_.all_drops();
  rst_seen_ = false;
  host_.stack.packet_arrives({.bytes = packet, .offload = {}}, host_.now);
  if (!wire::parse_ipv4(packet)) {
    require(host_.all_drops() == before + 1, "a packet was dropped and not counted");
  }
  drain();
  require(!is_rst(packet) || !rst_seen_, "a RST was answered with a RST");
}

// The stack's packets are well-formed and fit the device.
void World::check(const Packet& packet) {
  const auto ip = wire::parse_ipv4(packet);
  require(ip.has_value(), "a bad IP header was sent");
  require(packet.size() <= host_.stack.config().ip.mtu, "a packet larger than the MTU was sent");
  require(ip->header.source == kHere, "a packet from elsewhere was sent");
  if (ip->header.is_fragment()) return;
  if (ip->header.protocol == 6) {
    require(wire::parse_tcp(ip->payload, ip->header.source, ip->header.destination).has_value(),
            "a bad segment was sent");
    last_tcp_ = packet;
    rst_seen_ |= is_rst(packet);
  } else if (ip->header.protocol == 1) {
    require(wire::parse_icmp(ip->payload).has_value(), "a bad ICMP message was sent");
  } else {
    require(wire::internet_checksum(Bytes(packet).first(20)) == 0, "a bad datagram was sent");
  }
}

void World::drain() {
  for (int i = 0; const auto out = host_.stack.poll_transmit(host_.now); ++i) {
    require(i < 20000, "the stack sends without end");
    check(flat(*out));
  }
  for (int i = 0; host_.stack.poll_event(); ++i) require(i < 20000, "events without end");
}

// Numbers are relative to the stack's last segment: 0 is what it expects next.
void World::segment(Input& input) {
  const auto ip = wire::parse_ipv4(last_tcp_);
  const auto last = wire::parse_tcp(ip->payload, kHere, ip->header.destination).value();
  const std::size_t length =
      last.text.size() + (last.header.control.syn ? 1U : 0U) + (last.header.control.fin ? 1U : 0U);
  wire::TcpHeader header;
  header.control = wire::ControlBits::from_byte(input.byte());
  header.sequence = last.header.acknowledgment +
                    static_cast<std::uint32_t>(static_cast<std::int16_t>(input.word()));
  header.acknowledgment = last.header.sequence + static_cast<std::uint32_t>(length) +
                          static_cast<std::uint32_t>(static_cast<std::int16_t>(input.word()));
  header.window = input.word();
  header.urgent_pointer = input.byte();
  const std::uint8_t options = input.byte();
  if ((options & 1) != 0) header.options.maximum_segment_size = input.word();
  if ((options & 2) != 0) header.options.window_scale = input.byte();
  if ((options & 4) != 0) header.options.sack_permitted = true;
  if ((options & 8) != 0) {
    header.options.timestamps = {input.word(), last.header.options.timestamps
                                                   ? last.header.options.timestamps->value
                                                   : input.word()};
  }
  if ((options & 16) != 0) {
    const std::uint32_t left = header.acknowledgment + input.byte();
    header.options.sack.push_back({left, left + input.word()});
  }
  const Packet text = counting(input.byte() * ((options & 32) != 0 ? 8U : 1U));
  packet(tcp_packet(header, last.header.destination_port, last.header.source_port, text));
}

// Of a UDP datagram, an echo request or a TCP segment, all with wrong checksums.
void World::fragment(Input& input) {
  const std::uint8_t shape = input.byte();
  constexpr std::uint8_t kProtocols[] = {17, 1, 6, 132};
  const wire::Ipv4Header header{
      .ecn = static_cast<wire::Ecn>(shape >> 6),
      .identification = static_cast<std::uint16_t>(shape & 3),
      .more_fragments = (shape & 4) != 0,
      .fragment_offset = static_cast<std::uint16_t>(input.word() & 0xfff8),
      .protocol = kProtocols[(shape >> 3) & 3],
      .source = kThere,
      .destination = kHere};
  packet(ip_packet(header, input.bytes(8 * input.byte())));
}

void World::icmp_error_about_last(Input& input) {
  Packet quote(Bytes(last_tcp_).first(28).begin(), Bytes(last_tcp_).first(28).end());
  constexpr wire::IcmpType kTypes[] = {
      wire::IcmpType::destination_unreachable, wire::IcmpType::time_exceeded,
      wire::IcmpType::parameter_problem, wire::IcmpType::source_quench};
  const std::uint8_t shape = input.byte();
  const std::uint16_t mtu = input.word();
  const auto moved = static_cast<std::uint32_t>(static_cast<std::int8_t>(input.byte()));
  store_be32(&quote[24], load_be32(&quote[24]) + moved);
  packet(icmp_error(kTypes[shape & 3], static_cast<std::uint8_t>(shape >> 2), mtu, quote));
}

void World::call(Input& input) {
  Stack& stack = host_.stack;
  const std::uint8_t what = input.byte();
  const ConnectionId connection = (what & 0x80) != 0 ? opened_ : accepted_;
  Packet space(input.word());
  switch (what & 0x7f) {
    case 0: (void)stack.send(connection, space, host_.now); break;
    case 1: (void)stack.receive(connection, space, host_.now); break;
    case 2: (void)stack.close(connection, host_.now); break;
    case 3: (void)stack.abort(connection, host_.now); break;
    case 4: stack.release(connection, host_.now); break;
    case 5:
      if (const auto id = stack.accept(listener_, host_.now)) accepted_ = *id;
      break;
    case 6:
      if (const auto id = stack.open({kThere, 7}, {}, host_.now)) opened_ = *id;
      break;
    case 7: (void)stack.send_to(socket_, {kThere, 9}, space, host_.now); break;
    case 8: (void)stack.receive_from(socket_, space); break;
    case 9: (void)stack.take_failure(socket_); break;
    case 10: (void)stack.tcp_info(connection, host_.now); break;
    default: break;
  }
  drain();
}

// From 1 ms to 65 s, alarm by alarm.
void World::time(Input& input) {
  const Time end = host_.now + std::chrono::milliseconds(input.word());
  int alarms = 0;
  for (auto next = host_.stack.next_deadline(); next && *next <= end;
       next = host_.stack.next_deadline()) {
    host_.now = std::max(host_.now, *next);
    host_.stack.time_passes(host_.now);
    drain();
    require(++alarms < 100000, "a deadline stays in the past");
  }
  host_.now = end;
}

void World::step(Input& input) {
  switch (input.byte() % 8) {
    case 0: return packet(input.bytes(input.byte()));
    case 1: return fragment(input);
    case 2:
      return packet(udp_packet(input.word(), (input.byte() & 1) != 0 ? 53 : 9,
                               counting(input.word() % 1473)));
    case 3: {
      const Packet body = counting(input.byte());
      return packet(icmp_packet({input.byte(), input.byte(), input.word(), body}));
    }
    case 4: return icmp_error_about_last(input);
    case 5: return time(input);
    case 6: return call(input);
    default: return segment(input);
  }
}

}  // namespace
}  // namespace tcpstack::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tcpstack::test::Input input(data, std::min<std::size_t>(size, 4096));
  tcpstack::test::World world;
  while (!input.empty()) world.step(input);
  return 0;
}
