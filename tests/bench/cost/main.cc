// segment_cost: sends or receives SEGMENTS segments, for scripts/instructions to count the cost of one.
//
//   segment_cost receive|send SEGMENTS [OPEN]
//   segment_cost sack-1|sack-4 ACKS IN_FLIGHT
//
// A client and a server in one process, with OPEN connections beside the one in use; or a sender with IN_FLIGHT segments in
// flight, that gets ACKs with one or four SACK blocks (holes.h). Only the calls of one of them count: they go through the
// functions measured_...(), which callgrind watches.
#include <array>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "stack/stack.h"
#include "tests/bench/cost/holes.h"

namespace tcpstack::bench {
namespace {

using std::chrono_literals::operator""us;

constexpr std::size_t kText = 1448;  // of a full segment at an MTU of 1500, with timestamps
constexpr Address kClient{0x0a000001};
constexpr Address kServer{0x0a000002};
// Connections to one port of the server: each takes a port of the client, which has too few for all.
constexpr std::size_t kForEachPort = 10'000;

using Packet = std::vector<std::uint8_t>;

}  // namespace

// Not inlined and with external names, so that callgrind finds them.
[[gnu::noinline]] void measured_arrives(Stack& stack, const Packet& packet, Time now) {
  stack.packet_arrives({.bytes = packet, .offload = {}}, now);
}
[[gnu::noinline]] std::optional<TxPacket> measured_transmit(Stack& stack, Time now) {
  return stack.poll_transmit(now);
}
[[gnu::noinline]] std::optional<Event> measured_event(Stack& stack) { return stack.poll_event(); }
[[gnu::noinline]] void measured_send(Stack& stack, ConnectionId id, Bytes text, Time now) {
  stack.send(id, text, now).value();
}
[[gnu::noinline]] void measured_receive(Stack& stack, ConnectionId id, MutableBytes text,
                                        Time now) {
  stack.receive(id, text, now).value();
}

namespace {

Config config_of(Address address) {
  Config config;
  config.ip.address = address;
  return config;
}

class Pair {
 public:
  explicit Pair(std::size_t open) {
    Endpoint service{kServer, 0};
    ListenerId listener;
    for (std::size_t i = 0; i <= open; ++i) {
      if (i % kForEachPort == 0) {
        ++service.port;
        listener = server_.listen(service).value();
      }
      client_id_ = client_.open(service, Endpoint{}, now_).value();
      while (carry(client_, server_) || carry(server_, client_)) {
      }
      server_id_ = server_.accept(listener, now_).value();
      while (client_.poll_event() || server_.poll_event()) {
      }
    }
  }

  // Two segments to the server, which reads them and acknowledges.
  void two_segments(bool measure_client, bool measure_server) {
    now_ += 100us;
    if (measure_client) {
      measured_send(client_, client_id_, text_, now_);
    } else {
      client_.send(client_id_, text_, now_).value();
    }
    while (pass(client_, measure_client, server_, measure_server)) {
    }
    settle_events(server_, measure_server);
    if (measure_server) {
      measured_receive(server_, server_id_, read_, now_);
    } else {
      server_.receive(server_id_, read_, now_).value();
    }
    while (pass(server_, measure_server, client_, measure_client)) {
    }
    settle_events(client_, measure_client);
  }

 private:
  static void flatten(const TxPacket& packet, Packet& to) {
    const Bytes headers = packet.header_bytes();
    to.assign(headers.begin(), headers.end());
    for (const Bytes& span : packet.text) to.insert(to.end(), span.begin(), span.end());
  }

  bool carry(Stack& from, Stack& to) { return pass(from, false, to, false); }

  bool pass(Stack& from, bool measure_from, Stack& to, bool measure_to) {
    const auto packet = measure_from ? measured_transmit(from, now_) : from.poll_transmit(now_);
    if (!packet) return false;
    flatten(*packet, packet_);
    if (measure_to) {
      measured_arrives(to, packet_, now_);
    } else {
      to.packet_arrives({.bytes = packet_, .offload = {}}, now_);
    }
    return true;
  }

  static void settle_events(Stack& stack, bool measure) {
    while (measure ? measured_event(stack) : stack.poll_event()) {
    }
  }

  Time now_{};
  Stack client_{config_of(kClient), 1};
  Stack server_{config_of(kServer), 2};
  ConnectionId client_id_;
  ConnectionId server_id_;
  Packet packet_;
  std::array<std::uint8_t, 2 * kText> text_{};
  std::array<std::uint8_t, 2 * kText> read_{};
};

int run_acks(unsigned blocks, std::uint32_t acks, std::uint32_t in_flight) {
  if (in_flight < 2 * acks) return 2;
  Holes holes(in_flight, blocks, acks);
  for (std::uint32_t i = 0; i < acks; ++i) {
    measured_arrives(holes.stack(), holes.next(), holes.now());
    while (measured_transmit(holes.stack(), holes.now())) {
    }
    while (measured_event(holes.stack())) {
    }
  }
  return 0;
}

int run(std::string_view which, std::size_t segments, std::size_t open) {
  if (which == "sack-1" || which == "sack-4") {
    return run_acks(which == "sack-1" ? 1 : 4, static_cast<std::uint32_t>(segments),
                    static_cast<std::uint32_t>(open));
  }
  const bool receive = which == "receive";
  if (!receive && which != "send") return 2;
  Pair pair(open);
  for (std::size_t i = 0; i < segments; i += 2) pair.two_segments(!receive, receive);
  return 0;
}

}  // namespace
}  // namespace tcpstack::bench

int main(int count, char** words) {
  const int status = count < 3 ? 2
                               : tcpstack::bench::run(words[1], std::stoul(words[2]),
                                                      count > 3 ? std::stoul(words[3]) : 0);
  if (status != 0)
    std::fputs(
        "segment_cost receive|send SEGMENTS [OPEN]\n             sack-1|sack-4 ACKS IN_FLIGHT\n",
        stderr);
  return status;
}
