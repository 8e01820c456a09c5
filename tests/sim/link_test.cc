// A link and what it does to packets, on their own.
#include "stack/sim/link.h"

#include <algorithm>
#include <bit>
#include <vector>

#include <gtest/gtest.h>

namespace tcpstack::test {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""us;

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
    if (impairment.decide({}, Time{}).copies == 0) ++lost;
  }
  EXPECT_NEAR(lost, 1000, 100);  // three standard deviations are 90
}

TEST(Impairment, BurstsHaveTheLengthThatTheyAreTold) {
  // A packet each tenth of a millisecond: a burst of 4 ms takes 40 of them.
  sim::Impairment impairment({.bursts = {.good = 96ms, .bad = 4ms}}, 1);
  unsigned lost = 0;
  unsigned bursts = 0;
  bool was_lost = false;
  for (Time now{}; now < Time{} + 100s; now += 100us) {
    const bool is_lost = impairment.decide({}, now).copies == 0;
    if (is_lost) ++lost;
    if (is_lost && !was_lost) ++bursts;
    was_lost = is_lost;
  }
  EXPECT_NEAR(static_cast<double>(lost) / bursts, 40, 4);
  EXPECT_NEAR(lost, 40'000, 4'000);  // 4 % of the time
}

// A sender that a burst has silenced: ten mean lengths later its next packet finds the path as likely good as any.
TEST(Impairment, ABurstEndsWithoutPackets) {
  sim::Impairment impairment({.bursts = {.good = 990ms, .bad = 10ms}}, 1);
  Time now{};
  while (impairment.decide({}, now).copies > 0) now += 1ms;
  unsigned lost = 0;
  for (int i = 0; i < 1'000; ++i) {
    now += 100ms;
    if (impairment.decide({}, now).copies == 0) ++lost;
  }
  EXPECT_NEAR(lost, 10, 10);
}

TEST(Impairment, CorruptionTurnsOneBitOver) {
  sim::Impairment impairment({.corrupt = 1}, 1);
  std::vector<std::uint8_t> bytes(100, 0);
  impairment.decide(bytes, Time{});
  int bits = 0;
  for (const std::uint8_t byte : bytes) bits += std::popcount(byte);
  EXPECT_EQ(bits, 1);
}

}  // namespace
}  // namespace tcpstack::test
