// After warm-up no segment costs an allocation: two hosts, joined by hand, move text without one call of
// operator new.
#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "stack/stack.h"
#include "tests/alloc/allocations.h"

namespace tcpstack::test {
namespace {

using std::chrono_literals::operator""ms;

constexpr Address kClient{0x0a000001};
constexpr Endpoint kServer{Address{0x0a000002}, 7};
constexpr std::size_t kPacket = 1500;

Config config_of(Address address) {
  Config config;
  config.ip.address = address;
  return config;
}

// A client and a server with one connection, on a link that loses every n-th packet.
class SteadyState : public testing::Test {
 protected:
  SteadyState() {
    const ListenerId listener = server_.listen(kServer).value();
    client_id_ = client_.open(kServer, Endpoint{}, now_).value();
    exchange();
    server_id_ = server_.accept(listener, now_).value();
  }

  // Carries packets to and fro until nobody has any, and forgets the events.
  void exchange() {
    while (carry(client_, server_) || carry(server_, client_)) {
    }
    while (client_.poll_event()) {
    }
    while (server_.poll_event()) {
    }
  }

  void pass_time(Duration time) {
    now_ += time;
    client_.time_passes(now_);
    server_.time_passes(now_);
  }

  // The client sends `size` bytes, the server reads them, over some virtual time.
  void transfer(std::size_t size) {
    std::size_t unsent = size;
    std::size_t unread = size;
    for (int round = 0; unread > 0 && round < 100'000; ++round) {
      unsent -= client_.send(client_id_, Bytes(text_).first(std::min(unsent, text_.size())), now_)
                    .value_or(0);
      exchange();
      unread -= server_.receive(server_id_, MutableBytes(read_), now_).value_or(0);
      exchange();
      pass_time(1ms);
    }
    ASSERT_EQ(unread, 0U);
  }

  std::size_t lose_every_ = 0;  // 0: none
  std::size_t carried_ = 0;
  Stack client_{config_of(kClient), 1};

 private:
  // One packet from one host to the other; false when there was none.
  bool carry(Stack& from, Stack& to) {
    const auto packet = from.poll_transmit(now_);
    if (!packet) return false;
    ++carried_;
    if (lose_every_ != 0 && carried_ % lose_every_ == 0) return true;
    std::memcpy(packet_.data(), packet->headers.data(), packet->headers_size);
    std::size_t size = packet->headers_size;
    for (const Bytes& span : packet->text) {
      std::memcpy(packet_.data() + size, span.data(), span.size());
      size += span.size();
    }
    to.packet_arrives({.bytes = Bytes(packet_).first(size)}, now_);
    return true;
  }

  Time now_{};
  Stack server_{config_of(kServer.address), 2};
  ConnectionId client_id_;
  ConnectionId server_id_;
  std::array<std::uint8_t, kPacket> packet_{};
  std::vector<std::uint8_t> text_ = std::vector<std::uint8_t>(16384, 'x');
  std::vector<std::uint8_t> read_ = std::vector<std::uint8_t>(65536);
};

TEST_F(SteadyState, ABulkTransferAllocatesNothing) {
  transfer(4 << 20);
  const std::size_t before = allocations();
  transfer(16 << 20);
  EXPECT_EQ(allocations(), before);
  EXPECT_GT(carried_, 10'000U);
}

TEST_F(SteadyState, RecoveringFromLossAllocatesNothing) {
  lose_every_ = 97;
  transfer(4 << 20);
  const std::size_t before = allocations();
  transfer(4 << 20);
  EXPECT_EQ(allocations(), before);
  EXPECT_GT(client_.counters().segments_retransmitted, 10U);
}

TEST_F(SteadyState, RequestsOfOneByteAllocateNothing) {
  for (int i = 0; i < 100; ++i) transfer(1);
  const std::size_t before = allocations();
  for (int i = 0; i < 1000; ++i) transfer(1);
  EXPECT_EQ(allocations(), before);
}

TEST(Allocations, AreCounted) {
  const std::size_t before = allocations();
  const auto made = std::make_unique<std::array<char, 100>>();
  EXPECT_EQ(allocations(), before + 1);
}

}  // namespace
}  // namespace tcpstack::test
