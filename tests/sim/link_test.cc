// A link and what it does to packets, on their own.
#include "stack/sim/link.h"

#include <algorithm>
#include <bit>
#include <vector>

#include <gtest/gtest.h>

namespace tcpstack::test {
namespace {

using std::chrono_literals::operator""ms;

sim::Packet packet(std::uint8_t number, std::size_t size = 1250) {
  return {.to = 0, .bytes = std::vector<std::uint8_t>(size, number)};
}

std::vector<unsigned> numbers_that_come_out(sim::Link& link) {
  std::vector<unsigned> numbers;
  while (link.next_arrival()) numbers.push_back(link.take().bytes[0]);
  return numbers;
}

TEST(Link, APacketTakesItsTimeOnTheLineAndTheDelay) {
  sim::Link link({.rate = 1'000'000, .delay = 5ms, .queue = 10, .impairment = {}}, 1);
  link.send(packet(1), Time{});
  link.send(packet(2), Time{});
  EXPECT_EQ(link.next_arrival(), Time{} + 15ms);  // 10,000 bits at 1 Mbit/s
  link.take();
  EXPECT_EQ(link.next_arrival(), Time{} + 25ms);
}

TEST(Link, AFullQueueDropsTheLast) {
  sim::Link link({.rate = 1'000'000, .delay = 5ms, .queue = 2, .impairment = {}}, 1);
  for (std::uint8_t i = 1; i <= 3; ++i) link.send(packet(i), Time{});
  link.send(packet(4), Time{} + 10ms);  // the first has left
  EXPECT_EQ(numbers_that_come_out(link), (std::vector<unsigned>{1, 2, 4}));
  EXPECT_EQ(link.figures().queue_full, 1U);
}

TEST(Link, JitterDoesNotReorderAndReorderingDoes) {
  sim::LinkOptions options{.rate = 0, .delay = 5ms, .queue = 1000, .impairment = {}};
  options.impairment.jitter = 5ms;
  sim::Link jittery(options, 1);
  options.impairment.reorder = 0.2;
  sim::Link reordering(options, 1);
  for (std::uint8_t i = 0; i < 100; ++i) {
    jittery.send(packet(i), Time{} + i * 1ms);
    reordering.send(packet(i), Time{} + i * 1ms);
  }
  const auto in_order = numbers_that_come_out(jittery);
  EXPECT_TRUE(std::ranges::is_sorted(in_order));
  const auto out_of_order = numbers_that_come_out(reordering);
  EXPECT_FALSE(std::ranges::is_sorted(out_of_order));
  EXPECT_EQ(out_of_order.size(), 100U);
}

TEST(Impairment, LosesAsManyAsItIsTold) {
  sim::Impairment impairment({.loss = 0.1}, 1);
  unsigned lost = 0;
  for (int i = 0; i < 10'000; ++i) {
    if (impairment.decide({}).copies == 0) ++lost;
  }
  EXPECT_NEAR(lost, 1000, 100);  // three standard deviations are 90
}

TEST(Impairment, BurstsHaveTheLengthThatTheyAreTold) {
  sim::Impairment impairment({.bursts = {.to_bad = 0.01, .to_good = 0.25}}, 1);
  unsigned lost = 0;
  unsigned bursts = 0;
  bool was_lost = false;
  for (int i = 0; i < 100'000; ++i) {
    const bool is_lost = impairment.decide({}).copies == 0;
    if (is_lost) ++lost;
    if (is_lost && !was_lost) ++bursts;
    was_lost = is_lost;
  }
  EXPECT_NEAR(static_cast<double>(lost) / bursts, 4, 0.4);
}

TEST(Impairment, CorruptionTurnsOneBitOver) {
  sim::Impairment impairment({.corrupt = 1}, 1);
  std::vector<std::uint8_t> bytes(100, 0);
  impairment.decide(bytes);
  int bits = 0;
  for (const std::uint8_t byte : bytes) bits += std::popcount(byte);
  EXPECT_EQ(bits, 1);
}

}  // namespace
}  // namespace tcpstack::test
