// A Stack in virtual time that keeps its packets and events for a test.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "stack/stack.h"
#include "tests/support/packets.h"

namespace tcpstack::test {

class StackHost {
 public:
  explicit StackHost(const Config& config = {}, std::uint64_t seed = 1) : stack(config, seed) {}

  // A packet arrives; the stack's answers go to `sent` and `events`.
  void arrives(const Packet& packet);
  void arrive(const std::vector<Packet>& packets) {
    for (const Packet& packet : packets) arrives(packet);
  }
  // Time passes, alarms go off at their time.
  void passes(Duration span);
  // After a user call.
  void drain();
  // Takes the packets out of `sent`.
  std::vector<Packet> take_sent();
  [[nodiscard]] std::uint64_t drops(Drop drop) const { return stack.counters().of(drop); }
  [[nodiscard]] std::uint64_t all_drops() const;

  Stack stack;
  Time now{Duration(1'000'000)};
  std::vector<Packet> sent;
  std::vector<Event> events;
};

// The other end of a TCP connection to a StackHost, from port 40000 to port 80, ISN 1000.
class TcpPeer {
 public:
  explicit TcpPeer(StackHost& host) : host_(host) {}

  // The three segments of a handshake to a listener, which it also opens. Returns the accepted connection.
  ConnectionId connects(std::uint16_t mss = 1460);
  // A pure acknowledgment up to `number`, relative to the stack's ISN.
  void acknowledges(std::uint32_t number, std::uint16_t window = 65535);

  [[nodiscard]] std::uint32_t their_isn() const { return isn_; }

 private:
  StackHost& host_;
  std::uint32_t isn_ = 0;
};

}  // namespace tcpstack::test
