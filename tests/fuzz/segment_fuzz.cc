// One connection in any state, against segments that are built near its windows.
//
// An input is a configuration, some honest steps that bring the connection into a state, and then hostile ones:
// segments with any control bits, whose SEQ lies near RCV.NXT, the right edge, held text or the FIN, whose ACK lies near
// SND.UNA, SND.NXT or a segment in flight, and whose options may be malformed. Alarms go off between them, and
// sometimes several segments arrive before the stack may answer.
//
// After each step the invariants of the TCB hold (stack/tcp/check.cc), every packet sent is well-formed, no RST is
// answered with a RST, and the stack comes to rest.
#include <algorithm>
#include <chrono>
#include <optional>

#include "stack/wire/checksum.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/story.h"
#include "tests/support/stack_host.h"

namespace tcpstack::test {
namespace {

using tcp::Seq;
using tcp::Tcb;

constexpr std::uint16_t kOurPort = 80;
constexpr std::uint16_t kPeerPort = 40000;

Config config_of(Input& input) {
  Config config;
  const std::uint8_t off = input.byte();
  config.tcp.timestamps = (off & 1) == 0;
  config.tcp.sack = (off & 2) == 0;
  config.tcp.window_scaling = (off & 4) == 0;
  config.tcp.nagle = (off & 8) == 0;
  config.tcp.ecn = (off & 16) == 0 ? EcnMode::accept : EcnMode::offer;
  config.tcp.keep_text_of_syn = (off & 32) == 0;
  config.tcp.keepalive = (off & 64) != 0;
  config.tcp.pacing = (off & 128) != 0;
  config.tcp.congestion = input.pick({"cubic", "reno", "tahoe"});
  config.ip.mtu = input.pick<std::uint16_t>({1500, 1500, 576, 296, 68, 9000, 65535});
  config.tcp.receive_buffer.initial = input.pick<std::uint32_t>({131072, 20000, 4000, 2, 2000000});
  config.tcp.receive_buffer.largest =
      std::max(config.tcp.receive_buffer.initial, input.pick<std::uint32_t>({6 << 20, 1, 1 << 30}));
  config.tcp.send_buffer.initial = input.pick<std::uint32_t>({87380, 3000, 2});
  config.tcp.delayed_ack = std::chrono::milliseconds(input.pick<int>({40, 0, 200}));
  config.tcp.tail_loss_probe = input.chance(90);
  config.tcp.keepalive_idle = std::chrono::seconds(5);
  config.tcp.user_timeout = std::chrono::seconds(input.chance(10) ? 7 : 0);
  return config;
}

class Connection {
 public:
  explicit Connection(Input& input) : host_(config_of(input)) { open(input); }
  void honest_step(Input& input);
  void step(Input& input);
  // The stack has forgotten it, or a known fault shows.
  [[nodiscard]] bool is_over() const { return tcb() == nullptr; }

 private:
  void open(Input& input);
  void user_call(Input& input);
  void hostile_segment(Input& input);
  void path_mtu_shrinks(Input& input);
  void passes(Duration span);
  void next_alarm();

  // Sends a segment from the peer; numbers are its own. Without `drains` the stack may not answer yet.
  void arrives(wire::TcpHeader header, Bytes text, bool drains = true);
  void arrives(const Packet& packet, bool drains);
  void drain();
  void check_sent(const Packet& packet);

  // Of the connection, accepted or not; nullptr: there is none.
  [[nodiscard]] const Tcb* tcb() const;
  [[nodiscard]] wire::TcpHeader honest_header() const;
  [[nodiscard]] Seq sequence_near(Input& input, const Tcb& tcb) const;
  [[nodiscard]] Seq acknowledgment_near(Input& input, const Tcb& tcb) const;
  void add_options(Input& input, const Tcb& tcb, wire::TcpOptions& options) const;

  StackHost host_;
  Story story_{host_.stack, ""};
  ListenerId listener_;
  ConnectionId ours_;
  std::uint32_t peer_isn_ = 0;
  wire::TcpHeader last_sent_;
  Packet last_packet_;
  bool only_rsts_ = true;  // arrived since the stack could answer
  bool rst_seen_ = false;
};

const Tcb* Connection::tcb() const {
  const auto connections = host_.stack.connections();
  return connections.empty() ? nullptr : host_.stack.tcb(connections.back());
}

// --- what the peer and the user do

void Connection::open(Input& input) {
  // Near the wrap-around, near the change of sign, or elsewhere.
  peer_isn_ = input.pick<std::uint32_t>({1000, 0xfffffff0, 0x7ffffff0}) + input.byte();
  wire::TcpHeader syn{.sequence = peer_isn_, .window = input.word()};
  syn.control.syn = true;
  const std::uint8_t offers = input.byte();
  if ((offers & 1) == 0)
    syn.options.maximum_segment_size = input.pick<std::uint16_t>({1460, 1, 0, 65535, 88});
  if ((offers & 2) == 0) syn.options.timestamps = {.value = 0xffffff00, .echo_reply = 0};
  if ((offers & 4) == 0) syn.options.sack_permitted = true;
  if ((offers & 8) == 0) syn.options.window_scale = input.pick<std::uint8_t>({7, 0, 14, 255});
  syn.control.ece = syn.control.cwr = (offers & 16) != 0;
  const Packet text = counting((offers & 32) != 0 ? input.byte() : 0);
  if ((offers & 64) == 0) {
    listener_ = host_.stack.listen({{}, kOurPort}).value();
    return arrives(syn, text);
  }
  ours_ = host_.stack.open({kThere, kPeerPort}, {{}, kOurPort}, host_.now).value();
  drain();
  if ((offers & 128) != 0) return;  // SYN_SENT, or a simultaneous open by a later step
  syn.control.ack = true;
  syn.acknowledgment = last_sent_.sequence + 1;
  arrives(syn, {});
}

wire::TcpHeader Connection::honest_header() const {
  wire::TcpHeader header{.window = 0xffff};
  header.control.ack = true;
  header.sequence = peer_isn_ + 1;
  const Tcb* const there = tcb();
  if (there == nullptr) return header;
  header.sequence = there->state == tcp::State::SYN_SENT ? peer_isn_ : there->rcv.nxt.number();
  header.acknowledgment = there->snd.nxt.number();
  if (there->ts.ok)
    header.options.timestamps = {there->ts.recent + 1, last_sent_.options.timestamps
                                                           ? last_sent_.options.timestamps->value
                                                           : 0};
  return header;
}

void Connection::honest_step(Input& input) {
  wire::TcpHeader header = honest_header();
  switch (input.below(10)) {
    case 0: return arrives(header, {});
    case 1: return arrives(header, counting(input.byte()));
    case 2: return arrives(header, counting(input.word() % 1400));
    case 3: header.control.fin = true; return arrives(header, {});
    case 4:
      header.sequence += 1U + input.byte();
      return arrives(header, counting(1 + input.byte()));
    case 5: header.window = input.byte(); return arrives(header, {});
    case 6: header.acknowledgment = last_sent_.sequence; return arrives(header, {});
    case 7: next_alarm(); return;
    case 8:
      header.control.syn = tcb() != nullptr && tcb()->state == tcp::State::SYN_SENT;
      header.control.ack = input.chance(50);
      return arrives(header, {});
    default: return user_call(input);
  }
}

void Connection::user_call(Input& input) {
  Stack& stack = host_.stack;
  if (const auto accepted = stack.accept(listener_, host_.now)) ours_ = *accepted;
  Packet space(input.word() % 20000);
  switch (input.below(8)) {
    case 0:
    case 1: (void)stack.send(ours_, space, host_.now); break;
    case 2: (void)stack.send_urgent(ours_, space, host_.now); break;
    case 3:
    case 4: (void)stack.receive(ours_, space, host_.now); break;
    case 5: (void)stack.close(ours_, host_.now); break;
    case 6: (void)stack.status(ours_); break;
    default:
      if (input.chance(20)) stack.release(ours_, host_.now);
      break;
  }
  drain();
}

// --- hostile segments

Seq near(Input& input, Seq base, std::uint32_t mss) {
  const auto small = static_cast<std::int8_t>(input.byte());
  switch (input.below(8)) {
    case 0:
    case 1: return base;
    case 2: return base + mss;
    case 3: return base - mss;
    case 4: return base + 0x7fffffffU;
    default: return base + static_cast<std::uint32_t>(small / 8);
  }
}

Seq Connection::sequence_near(Input& input, const Tcb& tcb) const {
  const auto& held = tcb.out_of_order->held;
  Seq base = tcb.state == tcp::State::SYN_SENT ? Seq(peer_isn_) : tcb.rcv.nxt;
  switch (input.below(8)) {
    case 0: base = base + tcb.rcv.wnd; break;
    case 1: base = tcb.rcv.irs; break;
    case 2: base = tcb.fin.value_or(base); break;
    case 3: base = held.empty() ? base : held.front().begin; break;
    case 4: base = held.empty() ? base : held.front().end; break;
    case 5: base = base + tcb.rcv.wnd / 2; break;
    default: break;
  }
  return near(input, base, tcb.rcv.mss);
}

Seq Connection::acknowledgment_near(Input& input, const Tcb& tcb) const {
  Seq base = tcb.snd.nxt;
  switch (input.below(8)) {
    case 0: base = tcb.snd.una; break;
    case 1: base = tcb.snd.una - tcb.snd.max_wnd; break;
    case 2: base = tcb.snd.iss; break;
    case 3:
    case 4:
      if (tcb.flight.empty()) break;
      base = tcb.flight[input.byte() % tcb.flight.size()].end();
      break;
    default: return base;
  }
  return near(input, base, tcb.snd.smss);
}

void Connection::add_options(Input& input, const Tcb& tcb, wire::TcpOptions& options) const {
  const std::uint8_t which = input.byte();
  const bool wrong = (which & 1) != 0;
  if (tcb.ts.ok != wrong || (which & 2) != 0) {
    const auto step = static_cast<std::uint32_t>(static_cast<std::int8_t>(input.byte()));
    options.timestamps = {tcb.ts.recent + (wrong ? 0x80000000U : step),
                          last_sent_.options.timestamps
                              ? last_sent_.options.timestamps->value - (which >> 6)
                              : which};
  }
  for (unsigned i = 0; i < ((which >> 2) & 3U); ++i) {
    const Seq left = acknowledgment_near(input, tcb);
    options.sack.push_back({left.number(), acknowledgment_near(input, tcb).number()});
  }
  if ((which & 16) != 0) {
    options.maximum_segment_size = input.word();
    options.window_scale = input.byte();
    options.sack_permitted = true;
  }
  while (wire::tcp_options_size(options) > wire::kMaxTcpOptionsSize) options.sack.pop_back();
}

// Replaces the options by bytes of the input, with a right checksum.
Packet with_raw_options(const Packet& packet, const Packet& options) {
  const auto ip = wire::parse_ipv4(packet).value();
  const std::size_t old_size = 4U * (ip.payload[12] >> 4U);
  const std::size_t size = wire::kTcpHeaderSize + options.size() / 4 * 4;
  Packet segment(ip.payload.begin(), ip.payload.begin() + wire::kTcpHeaderSize);
  segment[12] = static_cast<std::uint8_t>(size / 4 << 4U);
  segment.insert(segment.end(), options.begin(),
                 options.begin() + static_cast<std::ptrdiff_t>(size - wire::kTcpHeaderSize));
  store_be16(&segment[16], 0);
  const Bytes text = ip.payload.subspan(old_size);
  Spans spans;
  spans.push_back(text);
  wire::finish_tcp_checksum(segment, spans, ip.header.source, ip.header.destination);
  segment.insert(segment.end(), text.begin(), text.end());
  return ip_packet(ip.header, segment);
}

void Connection::hostile_segment(Input& input) {
  const Tcb* const there = tcb();
  if (there == nullptr) return;
  wire::TcpHeader header;
  // Mostly ACK, alone or with one bit more.
  const std::uint8_t bits = input.byte();
  header.control = wire::ControlBits::from_byte(
      input.chance(60) ? static_cast<std::uint8_t>(16U | 1U << (bits & 7U)) : bits);
  header.sequence = sequence_near(input, *there).number();
  header.acknowledgment = acknowledgment_near(input, *there).number();
  header.window = input.pick<std::uint16_t>({0xffff, 0, 1, 100, 0x8000});
  if (header.control.urg) header.urgent_pointer = input.word();
  add_options(input, *there, header.options);
  const std::uint32_t sizes[] = {
      0, 0, 1, input.byte(), there->rcv.mss, there->rcv.wnd, there->rcv.wnd + 1};
  const std::uint32_t size = std::min(input.pick(sizes), 60000U);
  Packet packet = tcp_packet(header, kPeerPort, kOurPort, counting(size));
  if (input.chance(10)) packet = with_raw_options(packet, input.bytes(4U * (1U + input.below(10))));
  arrives(packet, input.chance(85));
}

void Connection::path_mtu_shrinks(Input& input) {
  if (last_packet_.empty()) return;
  arrives(fragmentation_needed(input.word() % 2000, last_packet_), true);
}

void Connection::step(Input& input) {
  switch (input.below(12)) {
    case 0: return honest_step(input);
    case 1: return user_call(input);
    case 2: return next_alarm();
    case 3: return passes(std::chrono::milliseconds(input.word()));
    case 4: return path_mtu_shrinks(input);
    default: return hostile_segment(input);
  }
}

// --- the world

void Connection::arrives(wire::TcpHeader header, Bytes text, bool drains) {
  if (text.size() > 60000) text = text.first(60000);
  arrives(tcp_packet(header, kPeerPort, kOurPort, text), drains);
}

void Connection::arrives(const Packet& packet, bool drains) {
  host_.stack.packet_arrives({.bytes = packet, .offload = {}}, host_.now);
  if (tcb() != nullptr) tcp::check(*tcb());
  only_rsts_ = only_rsts_ && packet[9] == 6 && (packet[33] & 4) != 0;
  if (!drains) return;
  rst_seen_ = false;
  drain();
  require(!only_rsts_ || !rst_seen_, "a RST was answered with a RST");
  only_rsts_ = true;
}

void Connection::next_alarm() {
  const auto next = host_.stack.next_deadline();
  if (!next) return;
  host_.now = std::max(host_.now, *next);
  host_.stack.time_passes(host_.now);
  drain();
}

void Connection::passes(Duration span) {
  const Time end = host_.now + span;
  for (int alarms = 0; host_.stack.next_deadline() && *host_.stack.next_deadline() <= end;
       ++alarms) {
    require(alarms < 100000, "a deadline stays in the past");
    next_alarm();
  }
  host_.now = end;
}

void Connection::drain() {
  for (int i = 0; const auto out = host_.stack.poll_transmit(host_.now); ++i) {
    require(i < 20000, "the stack sends without end");
    check_sent(flat(*out));
  }
  for (int i = 0; host_.stack.poll_event(); ++i) require(i < 1000, "events without end");
  if (tcb() != nullptr) tcp::check_at_rest(*tcb());
}

void Connection::check_sent(const Packet& packet) {
  const auto ip = wire::parse_ipv4(packet);
  require(ip.has_value(), "a bad IP header was sent");
  if (ip->header.is_fragment() || ip->header.protocol != 6) return;
  const auto segment = wire::parse_tcp(ip->payload, kHere, kThere);
  require(segment.has_value(), "a bad segment was sent");
  rst_seen_ |= segment->header.control.rst;
  last_sent_ = segment->header;
  last_packet_ = packet;
}

}  // namespace
}  // namespace tcpstack::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tcpstack::test::Input input(data, std::min<std::size_t>(size, 4096));
  tcpstack::test::Connection connection(input);
  for (std::uint32_t honest = input.below(12); !input.empty() && !connection.is_over();) {
    if (honest == 0) {
      connection.step(input);
    } else {
      connection.honest_step(input);
      --honest;
    }
  }
  return 0;
}
