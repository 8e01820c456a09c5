// Flows that share a bottleneck of 10 Mbit/s, four to ten of them (two: goodput_test.cc): Jain's index, (sum of x)^2 / (n * sum of x^2).
#include <algorithm>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "tests/sim/worlds.h"

namespace tcpstack::test {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

// What flows that never end have brought to their listeners by this time. They begin 100 ms apart.
std::vector<double> delivered_by(const char* algorithm, const std::vector<Duration>& delays,
                                 Duration time) {
  sim::WorldOptions options = one_flow(1'000'000'000);
  options.flows[0].config.tcp.congestion = algorithm;
  options.flows.resize(delays.size(), options.flows[0]);
  for (std::size_t i = 0; i < delays.size(); ++i) {
    options.flows[i].delay = delays[i];
    options.flows[i].opener.start = i * 100ms;
  }
  options.limit = time;
  sim::World world(options);
  EXPECT_EQ(world.run(), sim::Outcome::overran);
  std::vector<double> received;
  for (std::size_t i = 0; i < delays.size(); ++i)
    received.push_back(static_cast<double>(world.listener(i).figures().received));
  return received;
}

// Between two times: the first share of a newcomer takes seconds (RFC 9438 section 5.3).
std::vector<double> shares(const char* algorithm, const std::vector<Duration>& delays,
                           Duration from, Duration to) {
  const std::vector<double> before = delivered_by(algorithm, delays, from);
  std::vector<double> after = delivered_by(algorithm, delays, to);
  for (std::size_t i = 0; i < after.size(); ++i) after[i] -= before[i];
  const double sum = std::accumulate(after.begin(), after.end(), 0.0);
  EXPECT_GE(sum * 8, 0.9 * 10'000'000 * std::chrono::duration<double>(to - from).count());
  return after;
}

double jain(const std::vector<double>& shares) {
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  const double squares = std::inner_product(shares.begin(), shares.end(), shares.begin(), 0.0);
  return sum * sum / (static_cast<double>(shares.size()) * squares);
}

struct Equals {
  const char* algorithm;
  std::size_t flows;
};
void PrintTo(const Equals& equals, std::ostream* out) {
  *out << equals.flows << " of " << equals.algorithm;
}
class EqualFlows : public testing::TestWithParam<Equals> {};

TEST_P(EqualFlows, ShareFairly) {
  const auto received =
      shares(GetParam().algorithm, std::vector<Duration>(GetParam().flows), 20s, 120s);
  EXPECT_GE(jain(received), 0.98);
}

INSTANTIATE_TEST_SUITE_P(Fairness, EqualFlows,
                         testing::Values(Equals{"cubic", 4}, Equals{"cubic", 10},
                                         Equals{"reno", 10}));

// RTTs of 20 and 100 ms without the queue. Shares in proportion to 1 / RTT^2 would be those of Reno with synchronized
// losses (RFC 9438 section 2.3); CUBIC has to be fairer.
TEST(Fairness, UnequalRttsAreNoFurtherApartThanTheSquareOfTheirRatio) {
  for (const char* const algorithm : {"cubic", "reno"}) {
    const auto received = shares(algorithm, {0ms, 0ms, 40ms, 40ms}, 20s, 80s);
    const double near = received[0] + received[1];
    const double far = received[2] + received[3];
    EXPECT_LE(near / far, 5.0 * 5.0) << algorithm;
    EXPECT_GE(far / near, 0.04) << algorithm;
  }
}

}  // namespace
}  // namespace tcpstack::test
