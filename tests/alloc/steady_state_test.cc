// After warm-up no segment costs an allocation: two hosts, joined by hand, move text without one call of
// operator new.
#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "tests/alloc/allocations.h"
#include "tests/support/pair.h"

namespace tcpstack::test {
namespace {

using std::chrono_literals::operator""ms;

class SteadyState : public testing::Test {
 protected:
  // The client sends `size` bytes, the server reads them, over some virtual time.
  void transfer(std::size_t size) {
    std::size_t unsent = size;
    std::size_t unread = size;
    for (int round = 0; unread > 0 && round < 100'000; ++round) {
      const Bytes next = Bytes(text_).first(std::min(unsent, text_.size()));
      unsent -= pair_.client.send(pair_.client_id, next, pair_.now).value_or(0);
      pair_.exchange();
      unread -= pair_.server.receive(pair_.server_id, read_, pair_.now).value_or(0);
      pair_.exchange();
      pair_.pass_time(1ms);
    }
    ASSERT_EQ(unread, 0U);
  }

  Pair pair_;

 private:
  std::vector<std::uint8_t> text_ = std::vector<std::uint8_t>(16384, 'x');
  std::vector<std::uint8_t> read_ = std::vector<std::uint8_t>(65536);
};

TEST_F(SteadyState, ABulkTransferAllocatesNothing) {
  transfer(4 << 20);
  const std::size_t before = allocations();
  transfer(16 << 20);
  EXPECT_EQ(allocations(), before);
  EXPECT_GT(pair_.carried, 10'000U);
}

TEST_F(SteadyState, RecoveringFromLossAllocatesNothing) {
  pair_.lose_every = 97;
  transfer(4 << 20);
  const std::size_t before = allocations();
  transfer(4 << 20);
  EXPECT_EQ(allocations(), before);
  EXPECT_GT(pair_.client.counters().segments_retransmitted, 10U);
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
