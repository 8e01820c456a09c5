// A user who calls everything at any time: each call and each option in every state, on a connection under way, on its
// listener, on handles that are stale, beside honest and senseless segments of the peer and alarms.
//
// No call may break an invariant (stack/tcp/check.cc), crash, or make the stack busy without end. After an error nothing is
// changed that the same call would not change again.
#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "tests/fuzz/input.h"
#include "tests/fuzz/story.h"
#include "tests/support/stack_host.h"

namespace tcpstack::test {
namespace {

using tcp::ConnectionOptions;
using tcp::Tcb;

constexpr std::uint16_t kOurPort = 80;
constexpr std::uint16_t kPeerPort = 40000;

Config config_of(Input& input) {
  Config config;
  const std::uint8_t on = input.byte();
  config.tcp.fast_open = (on & 1) != 0;
  config.tcp.timestamps = (on & 2) == 0;
  config.tcp.sack = (on & 4) == 0;
  config.tcp.black_hole_detection = (on & 8) != 0;
  config.tcp.reset_when_given_up = (on & 16) != 0;
  config.tcp.keep_text_of_syn = (on & 32) == 0;
  config.ip.offload = (on & 64) != 0;
  config.ip.mtu = input.pick<std::uint16_t>({1500, 576, 65535});
  config.tcp.max_connections = 8;
  return config;
}

class Calls {
 public:
  explicit Calls(Input& input) : host_(config_of(input)) {
    listener_ = host_.stack.listen({{}, kOurPort}, input.pick<std::size_t>({0, 1, 2})).value();
  }
  void step(Input& input);

 private:
  void open(Input& input);
  void transfer(Input& input);
  void end_one(Input& input);
  void look(Input& input);
  void change_options(Input& input);
  void change_listener(Input& input);
  void segment(Input& input);
  void next_alarm();
  void drain();

  ConnectionId& any(Input& input) { return handles_[input.byte() % handles_.size()]; }
  [[nodiscard]] const Tcb* newest() const;

  StackHost host_;
  Story story_{host_.stack, ""};
  ListenerId listener_;
  std::array<ConnectionId, 3> handles_;  // some of them stale
  std::uint16_t next_port_ = kPeerPort;
  wire::TcpHeader last_sent_;
};

const Tcb* Calls::newest() const {
  const auto connections = host_.stack.connections();
  return connections.empty() ? nullptr : host_.stack.tcb(connections.back());
}

void Calls::open(Input& input) {
  Stack& stack = host_.stack;
  switch (input.below(4)) {
    case 0:
      if (const auto id = stack.accept(listener_, host_.now)) any(input) = *id;
      break;
    case 1:
      if (const auto id = stack.open({kThere, 7}, {{}, input.word()}, host_.now)) any(input) = *id;
      break;
    case 2: {
      const Packet text = counting(input.word() % 3000);
      const auto id = stack.open({kThere, 7}, {}, host_.now);
      if (!id) break;
      (void)stack.offer_text(*id, text, host_.now);
      any(input) = *id;
      break;
    }
    default: (void)stack.is_acceptable(listener_);
  }
}

void Calls::transfer(Input& input) {
  Stack& stack = host_.stack;
  const ConnectionId id = any(input);
  Packet space(input.pick<std::uint32_t>({0, 1, 1460, 5000, 60000, 100}));
  switch (input.below(6)) {
    case 0:
    case 1: {
      const std::uint8_t flags = input.byte();
      (void)stack.send(id, space, host_.now,
                       {.more_follows = (flags & 1) != 0, .end_of_record = (flags & 2) != 0});
      break;
    }
    case 2: (void)stack.send_urgent(id, space, host_.now); break;
    case 3: (void)stack.receive(id, space, host_.now); break;
    case 4: (void)stack.skip(id, input.word(), host_.now); break;
    default: (void)stack.peek(id, space);
  }
}

void Calls::end_one(Input& input) {
  Stack& stack = host_.stack;
  const ConnectionId id = any(input);
  switch (input.below(8)) {
    case 0:
    case 1:
    case 2:
    case 3: (void)stack.close(id, host_.now); break;
    case 4: (void)stack.abort(id, host_.now); break;
    case 5: stack.release(id, host_.now); break;
    case 6: stack.close(listener_, host_.now); break;
    default:
      if (const auto again = stack.listen({{}, kOurPort}, input.below(3))) listener_ = *again;
  }
}

// Looking changes nothing that a later call sees.
void Calls::look(Input& input) {
  const Stack& stack = host_.stack;
  const ConnectionId id = any(input);
  (void)stack.tcp_info(id, host_.now);
  (void)stack.active_connection_count();
  const auto first = stack.status(id);
  const auto second = stack.status(id);
  require(first.has_value() == second.has_value(), "a look at the status changes it");
  require(!first || (first->state == second->state && first->readable == second->readable &&
                     first->urgent == second->urgent && first->writable == second->writable),
          "a look at the status changes it");
}

Duration random_time(Input& input) {
  using std::chrono_literals::operator""s;
  return input.pick<Duration>({0s, Duration(1), 1s, 30s, 7200s, Duration::max() / 4});
}

void change(Input& input, ConnectionOptions& options) {
  switch (input.below(20)) {
    case 0: options.dscp = input.byte() & 63U; break;
    case 1: options.report_problems = !options.report_problems; break;
    case 2: options.nagle = !options.nagle; break;
    case 3: options.cork = !options.cork; break;
    case 4: options.keepalive = !options.keepalive; break;
    case 5: options.pacing = !options.pacing; break;
    case 6: options.path_mtu_discovery = static_cast<tcp::PathMtuDiscovery>(input.below(4)); break;
    case 7: options.max_segment = input.pick<std::uint16_t>({0, 88, 87, 536, 32767, 65535}); break;
    case 8: options.syn_retries = input.byte(); break;
    case 9: options.not_sent_low = input.pick<std::uint32_t>({0, 1, 5000, 0xffffffff}); break;
    case 10: options.send_buffer = input.pick<std::uint32_t>({0, 1, 5000, 1U << 30}); break;
    case 11: options.receive_buffer = input.pick<std::uint32_t>({0, 1, 5000, 1U << 30}); break;
    case 12:
      options.max_pacing_rate = input.pick<std::uint64_t>({0, 1, 100'000, UINT64_MAX});
      break;
    case 13: options.congestion = input.pick({"cubic", "reno", "tahoe", "", "bbr"}); break;
    case 14: options.fast_open_queue = input.byte(); break;
    case 15: options.keepalive_idle = random_time(input); break;
    case 16: options.keepalive_interval = random_time(input); break;
    case 17: options.keepalive_probes = input.byte(); break;
    default: options.user_timeout = random_time(input); break;
  }
}

void Calls::change_options(Input& input) {
  const ConnectionId id = any(input);
  auto options = host_.stack.options(id);
  require(options.has_value() == (host_.stack.status(id).has_value()),
          "options without a connection");
  if (!options) return;
  change(input, *options);
  const bool taken = host_.stack.set_options(id, *options, host_.now).has_value();
  require(!taken || host_.stack.options(id)->nagle == options->nagle, "an option is forgotten");
}

void Calls::change_listener(Input& input) {
  auto options = host_.stack.options(listener_);
  if (!options) return;
  change(input, *options);
  (void)host_.stack.set_options(listener_, *options);
}

// Of the peer: a new SYN, or a segment that the newest connection takes, now and then with a senseless bit or number.
void Calls::segment(Input& input) {
  wire::TcpHeader header{.window = input.pick<std::uint16_t>({0xffff, 0, 1, 1000})};
  const Tcb* const tcb = newest();
  if (tcb == nullptr || input.chance(15)) {
    header.control.syn = true;
    header.sequence = 1000;
    header.options.maximum_segment_size = 1460;
    header.options.sack_permitted = input.chance(50);
    if (input.chance(50)) header.options.timestamps = {1, 0};
    if (input.chance(30)) header.options.fast_open.emplace();
    return host_.stack.packet_arrives(
        {.bytes = tcp_packet(header, next_port_++, kOurPort, counting(input.byte())),
         .offload = {}},
        host_.now);
  }
  header.control.ack = input.chance(95);
  header.control.syn = tcb->state == tcp::State::SYN_SENT;
  header.control.fin = input.chance(15);
  header.control.rst = input.chance(3);
  header.control.urg = input.chance(5);
  header.urgent_pointer = input.byte();
  header.sequence = tcb->rcv.nxt.number() + (input.chance(10) ? input.byte() : 0U);
  header.acknowledgment = input.chance(80) ? tcb->snd.nxt.number() : tcb->snd.una.number();
  if (tcb->ts.ok && last_sent_.options.timestamps)
    header.options.timestamps = {tcb->ts.recent + 1, last_sent_.options.timestamps->value};
  const Packet text = counting(input.pick<std::uint32_t>({0, 0, 1, 100, 1400}));
  const std::uint16_t to = tcb->local.port;
  host_.stack.packet_arrives(
      {.bytes = tcp_packet(header, tcb->remote.port, to, text), .offload = {}}, host_.now);
}

void Calls::next_alarm() {
  const auto next = host_.stack.next_deadline();
  if (!next) return;
  host_.now = std::max(host_.now, *next);
  host_.stack.time_passes(host_.now);
}

void Calls::drain() {
  for (int i = 0; const auto out = host_.stack.poll_transmit(host_.now); ++i) {
    require(i < 20000, "the stack sends without end");
    const Packet packet = flat(*out);
    const auto ip = wire::parse_ipv4(packet);
    require(ip.has_value(), "a bad IP header was sent");
    if (ip->header.protocol != 6 || ip->header.is_fragment()) continue;
    const auto sent =
        wire::parse_tcp(ip->payload, kHere, ip->header.destination, !out->offload.checksum);
    require(sent.has_value(), "a bad segment was sent");
    last_sent_ = sent->header;
  }
  for (int i = 0; host_.stack.poll_event(); ++i) require(i < 1000, "events without end");
}

void Calls::step(Input& input) {
  switch (input.below(10)) {
    case 0: open(input); break;
    case 1:
    case 2: transfer(input); break;
    case 3:
      if (input.chance(40)) end_one(input);
      break;
    case 4: look(input); break;
    case 5: change_options(input); break;
    case 6: change_listener(input); break;
    case 7: next_alarm(); break;
    default: segment(input);
  }
  for (const ConnectionId id : host_.stack.connections()) tcp::check(*host_.stack.tcb(id));
  if (input.chance(20)) return;  // several steps before the stack may send
  drain();
  for (const ConnectionId id : host_.stack.connections()) tcp::check_at_rest(*host_.stack.tcb(id));
}

}  // namespace
}  // namespace tcpstack::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tcpstack::test::Input input(data, std::min<std::size_t>(size, 4096));
  tcpstack::test::Calls calls(input);
  while (!input.empty()) calls.step(input);
  return 0;
}
