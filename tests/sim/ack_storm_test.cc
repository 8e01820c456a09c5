// RFC 5961 section 7: two ends that each find the other's acknowledgments unacceptable fall silent, where RFC 9293
// section 3.10.7.4 alone would have them answer each other for ever.
#include <gtest/gtest.h>

#include "stack/stack.h"
#include "tests/support/packets.h"

namespace tcpstack::test {
namespace {

using std::chrono_literals::operator""ms;

// Two stacks joined by hand, with one connection. Ends of the same kind send the same packets, byte for byte.
class Ends {
 public:
  explicit Ends(Duration challenge_ack_interval)
      : client_(config_of(kThere, challenge_ack_interval), 1),
        server_(config_of(kHere, challenge_ack_interval), 2) {
    const ListenerId listener = server_.listen({kHere, 7}).value();
    client_id_ = client_.open({kHere, 7}, Endpoint{}, now_).value();
    carry(10);
    server_id_ = server_.accept(listener, now_).value();
  }

  // The segment that each would send if its user wrote ten bytes.
  Packet text_of_client() { return text_of(client_, client_id_); }
  Packet text_of_server() { return text_of(server_, server_id_); }
  void reach_client(const Packet& packet) { client_.packet_arrives({packet, {}}, now_); }
  void reach_server(const Packet& packet) { server_.packet_arrives({packet, {}}, now_); }

  // Carries packets to and fro until nobody has any, or `most` of them; how many there were.
  int carry(int most) {
    int carried = 0;
    while (carried < most && (carry_one(client_, server_) || carry_one(server_, client_)))
      ++carried;
    return carried;
  }

  void pass(Duration time) {
    now_ += time;
    client_.time_passes(now_);
    server_.time_passes(now_);
  }

 private:
  static Config config_of(Address address, Duration challenge_ack_interval) {
    Config config;
    config.ip.address = address;
    config.tcp.challenge_ack_interval = challenge_ack_interval;
    return config;
  }

  Packet text_of(Stack& stack, ConnectionId id) {
    EXPECT_EQ(stack.send(id, counting(10), now_), 10U);
    const auto packet = stack.poll_transmit(now_);
    return packet ? flat(*packet) : Packet();
  }

  bool carry_one(Stack& from, Stack& to) {
    const auto packet = from.poll_transmit(now_);
    if (packet) to.packet_arrives({flat(*packet), {}}, now_);
    return packet.has_value();
  }

  Time now_{std::chrono::seconds(1)};
  Stack client_;
  Stack server_;
  ConnectionId client_id_;
  ConnectionId server_id_;
};

// An attacker has injected text into both directions: each end acknowledges what the other has never sent.
int packets_after_injection(Ends& ends, Duration challenge_ack_interval, int most) {
  Ends twin(challenge_ack_interval);
  const Packet to_client = twin.text_of_server();
  const Packet to_server = twin.text_of_client();
  ends.reach_client(to_client);
  ends.reach_server(to_server);
  return ends.carry(most);
}

TEST(AckStorm, FallsSilentWithTheLimitOfEachConnection) {
  Ends ends(500ms);
  // The acknowledgment of the text, and then one challenge ACK of each end.
  EXPECT_LE(packets_after_injection(ends, 500ms, 100), 4);
  for (int i = 0; i < 10; ++i) {
    ends.pass(500ms);
    EXPECT_EQ(ends.carry(100), 0) << "after " << i + 1 << " half seconds";
  }
}

TEST(AckStorm, WouldNotEndWithoutTheLimit) {
  Ends ends(0ms);
  EXPECT_EQ(packets_after_injection(ends, 0ms, 100), 100);
}

}  // namespace
}  // namespace tcpstack::test
