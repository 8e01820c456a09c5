// The command line of tcpsim, and its messages for mistakes.
#include "apps/tcpsim/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tcpstack::simulator {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::HasSubstr;

std::string mistake(const std::vector<std::string>& arguments) {
  const auto options = parse_options(arguments);
  return options || options.error().exit_code != 2 ? "none" : options.error().text;
}

TEST(SimOptions, WithoutAnyOneFlow) {
  const auto options = parse_options({});
  ASSERT_TRUE(options);
  ASSERT_EQ(options->world.flows.size(), 1U);
  EXPECT_EQ(options->world.flows[0].opener.bytes, 10'000'000U);
  EXPECT_STREQ(options->world.flows[0].config.tcp.congestion, "cubic");
  EXPECT_EQ(options->world.forward.rate, 10'000'000U);
  EXPECT_EQ(options->world.backward.delay, 10ms);
}

TEST(SimOptions, OneValueIsForBothWays) {
  const auto options = parse_options({"--rate", "1.5gbit", "--loss", "2%", "--queue", "7"});
  ASSERT_TRUE(options);
  for (const sim::LinkOptions& link : {options->world.forward, options->world.backward}) {
    EXPECT_EQ(link.rate, 1'500'000'000U);
    EXPECT_DOUBLE_EQ(link.impairment.loss, 0.02);
    EXPECT_EQ(link.queue, 7U);
  }
}

TEST(SimOptions, TwoValuesAreForwardAndBack) {
  const auto options = parse_options({"--rate", "50mbit/1mbit", "--reorder", "5%,4ms/0%",
                                      "--bursts", "1%,5ms/0%,1ms", "--delay", "1ms/30ms"});
  ASSERT_TRUE(options);
  const auto& [forward, back] = std::pair(options->world.forward, options->world.backward);
  EXPECT_EQ(forward.rate, 50'000'000U);
  EXPECT_EQ(back.rate, 1'000'000U);
  EXPECT_DOUBLE_EQ(forward.impairment.reorder, 0.05);
  EXPECT_EQ(forward.impairment.reorder_delay, 4ms);
  EXPECT_DOUBLE_EQ(back.impairment.reorder, 0);
  EXPECT_EQ(forward.impairment.bursts.bad, 5ms);
  EXPECT_EQ(forward.impairment.bursts.good, 495ms);
  EXPECT_EQ(back.impairment.bursts.bad, 0ms);
  EXPECT_EQ(back.delay, 30ms);
}

TEST(SimOptions, FlowsInWords) {
  const auto options = parse_options(
      {"--bytes", "2mb", "--flow", "reno at 2s", "--flow", "500kb back 64kb delay 40ms"});
  ASSERT_TRUE(options);
  ASSERT_EQ(options->world.flows.size(), 2U);
  EXPECT_STREQ(options->world.flows[0].config.tcp.congestion, "reno");
  EXPECT_EQ(options->world.flows[0].opener.start, 2s);
  EXPECT_EQ(options->world.flows[0].opener.bytes, 2'000'000U);
  EXPECT_STREQ(options->world.flows[1].config.tcp.congestion, "cubic");
  EXPECT_EQ(options->world.flows[1].opener.bytes, 500'000U);
  EXPECT_EQ(options->world.flows[1].listener.bytes, 64'000U);
  EXPECT_EQ(options->world.flows[0].delay, 0ms);
  EXPECT_EQ(options->world.flows[1].delay, 40ms);
}

TEST(SimOptions, SwitchesOfTcp) {
  const auto options = parse_options({"--flows", "3", "--no-sack", "--no-timestamps", "--mtu",
                                      "576", "--initial-window", "3", "--congestion", "reno"});
  ASSERT_TRUE(options);
  ASSERT_EQ(options->world.flows.size(), 3U);
  const Config& config = options->world.flows[2].config;
  EXPECT_FALSE(config.tcp.sack);
  EXPECT_FALSE(config.tcp.timestamps);
  EXPECT_EQ(config.ip.mtu, 576);
  EXPECT_EQ(config.tcp.initial_window, 3U);
  EXPECT_STREQ(config.tcp.congestion, "reno");
}

TEST(SimOptions, ARandomWorldKeepsItsSeed) {
  const auto options = parse_options({"--world", "17", "--limit", "60s"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->world.seed, 17U);
  EXPECT_EQ(options->world.limit, 60s);
  EXPECT_EQ(options->seeds, 0U);
}

TEST(SimOptions, MistakesAreNamedAndHaveARemedy) {
  EXPECT_EQ(
      mistake({"--rate", "fast"}),
      "tcpsim: --rate: 'fast' is not a rate from 1kbit to 100gbit, such as 10mbit, nor 'unlimited' "
      "(see tcpsim --help)\n");
  EXPECT_THAT(mistake({"--rate", "10"}), HasSubstr("such as 10mbit"));
  EXPECT_THAT(mistake({"--rate", "0mbit"}), HasSubstr("such as 10mbit"));
  EXPECT_THAT(mistake({"--rate", "1mbit/0"}), HasSubstr("for the way back: is not a rate"));
  EXPECT_THAT(mistake({"--loss", "0.01"}), HasSubstr("'0.01' is not a percentage"));
  EXPECT_THAT(mistake({"--loss", "101%"}), HasSubstr("from 0% to 100%"));
  EXPECT_THAT(mistake({"--loss", "-1%"}), HasSubstr("'-1%' is not a percentage"));
  EXPECT_THAT(mistake({"--loss", "nan%"}), HasSubstr("is not a percentage"));
  EXPECT_THAT(mistake({"--bursts", "1%"}), HasSubstr("such as 1%,5ms"));
  EXPECT_THAT(mistake({"--bursts", "100%,5ms"}), HasSubstr("such as 1%,5ms"));
  EXPECT_THAT(mistake({"--bursts", "1%,4"}), HasSubstr("such as 250ms"));
  EXPECT_THAT(mistake({"--reorder", "5%,soon"}), HasSubstr("such as 250ms"));
  EXPECT_THAT(mistake({"--queue", "0"}), HasSubstr("is not a whole number from 1"));
  EXPECT_THAT(mistake({"--mtu", "67"}), HasSubstr("is not a whole number from 68 to 65535"));
  EXPECT_THAT(mistake({"--congestion", "vegas"}),
              HasSubstr("'vegas' is not a congestion control: cubic, reno or tahoe"));
  EXPECT_THAT(mistake({"--flow", "fast"}), HasSubstr("for example 'reno 5mb at 2s'"));
  EXPECT_THAT(mistake({"--flow", "reno at"}), HasSubstr("begins at ''"));
  EXPECT_THAT(mistake({"--bytes", "11gb"}), HasSubstr("at most 10gb"));
  EXPECT_THAT(mistake({"--flows", "251"}), HasSubstr("from 1 to 250"));
  EXPECT_THAT(mistake({"--nonsense"}), HasSubstr("--nonsense"));
  EXPECT_THAT(mistake({"stray"}), HasSubstr("stray"));
}

TEST(SimOptions, WhatDoesNotGoTogether) {
  EXPECT_THAT(mistake({"--seeds", "5", "--loss", "1%"}),
              HasSubstr("--loss: does not go with --seeds, whose worlds are random"));
  EXPECT_THAT(mistake({"--world", "5", "--mtu", "576"}),
              HasSubstr("--mtu: does not go with --world"));
  EXPECT_THAT(mistake({"--seeds", "5", "--plot", "x.svg"}), HasSubstr("--world SEED instead"));
  EXPECT_THAT(mistake({"--seeds", "5", "--world", "5"}), HasSubstr("--world"));
  EXPECT_THAT(mistake({"--flows", "2", "--flow", "reno"}), HasSubstr("--flows"));
}

TEST(SimOptions, HelpTeaches) {
  const auto answer = parse_options({"--help"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().exit_code, 0);
  EXPECT_THAT(answer.error().text, HasSubstr("tcpsim --seeds 1000"));
}

}  // namespace
}  // namespace tcpstack::simulator
