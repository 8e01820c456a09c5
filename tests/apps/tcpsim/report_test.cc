// The records of a run, and its table.
#include "apps/tcpsim/report.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/tcpsim/options.h"

namespace tcpstack::simulator {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Finished {
  explicit Finished(const std::vector<std::string>& arguments)
      : options(parse_options(arguments).value()), world(options.world), recorder(world, 0) {
    outcome = world.run();
  }
  [[nodiscard]] std::string table() const {
    return simulator::table(world, options.world, {&recorder.record(), 1});
  }
  Options options;
  sim::World world;
  Recorder recorder;
  sim::Outcome outcome{};
};

TEST(Recorder, SeesCwndGrowAndTheLossThatHalvesIt) {
  const Finished run({"--bytes", "1mb", "--queue", "20"});
  const Record& record = run.recorder.record();
  ASSERT_GT(record.samples.size(), 100U);
  EXPECT_DOUBLE_EQ(record.samples.front().cwnd, 10);
  EXPECT_FALSE(std::isfinite(record.samples.front().ssthresh));
  EXPECT_TRUE(std::isfinite(record.samples.back().ssthresh));
  EXPECT_GT(largest_cwnd(record), 30);  // 25,000 bytes are on their way and 20 packets wait
  EXPECT_FALSE(record.retransmissions.empty());
  EXPECT_EQ(record.deliveries.back().bytes, 1'000'000U);
}

TEST(Recorder, MeansAreOverTime) {
  Record record;
  const auto at = [](int ms) { return Time{} + std::chrono::milliseconds(ms); };
  record.samples = {
      {.at = at(0), .cwnd = 10}, {.at = at(10), .cwnd = 20}, {.at = at(40), .cwnd = 5}};
  EXPECT_DOUBLE_EQ(mean_cwnd(record), (10 * 10 + 20 * 30) / 40.0);
}

TEST(Report, TheTableHasTheGoodputAndTheDigest) {
  const Finished run({"--bytes", "4mb"});
  EXPECT_EQ(run.outcome, sim::Outcome::finished);
  EXPECT_THAT(run.table(), StartsWith("forward  10 Mbit/s, 10 ms, queue 100\n"));
  EXPECT_THAT(run.table(), HasSubstr("   1  cubic           4000000"));
  EXPECT_GT(goodput(run.world, run.options.world, 0), 9e6);
  EXPECT_LT(goodput(run.world, run.options.world, 0), 10e6);
}

TEST(Report, TheSameSeedTellsTheSame) {
  const std::vector<std::string> arguments{"--bytes", "300kb", "--loss", "3%", "--seed", "5"};
  EXPECT_EQ(Finished(arguments).table(), Finished(arguments).table());
  std::vector<std::string> other = arguments;
  other.back() = "6";
  EXPECT_NE(Finished(arguments).table(), Finished(other).table());
}

TEST(Report, EachKindOfTroubleIsDescribed) {
  const auto options = parse_options({"--rate", "256kbit", "--delay", "5ms", "--jitter", "2ms",
                                      "--loss", "1%", "--bursts", "0.5%,4ms", "--reorder", "5%,4ms",
                                      "--duplicate", "2%", "--corrupt", "0.1%"});
  EXPECT_EQ(describe(options->world.forward),
            "256 kbit/s, 5 ms to 7 ms, queue 100, 1 % lost, 0.5 % of the time in bursts of 4 ms, "
            "5 % held back 4 ms, 2 % twice, 0.1 % corrupted");
}

TEST(Report, CsvHasALineForEachSample) {
  const Finished run({"--bytes", "100kb"});
  const std::string text = csv({&run.recorder.record(), 1});
  EXPECT_THAT(text, StartsWith("time_s,flow,cwnd,ssthresh,in_flight,srtt_ms,received\n"));
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(text, '\n')),
            run.recorder.record().samples.size() + 1);
}

}  // namespace
}  // namespace tcpstack::simulator
