// The program's words at its start and at its end.
#include "apps/tcpstack/banner.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tcpstack::app {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

Options two_services() {
  Options options;
  options.device = "tun0";
  options.services = {{"echo", 7007}, {"daytime", 13}};
  return options;
}

TEST(Banner, SaysWhatListensAndWhatToTry) {
  const std::string text = banner(two_services());
  EXPECT_THAT(text, HasSubstr("10.0.0.2 on tun0, MTU 1500; the kernel's end is 10.0.0.1/24\n"));
  EXPECT_THAT(text, HasSubstr("  port  7007  echo      sends back what it receives\n"));
  EXPECT_THAT(text, HasSubstr("  nc 10.0.0.2 7007 "));
  EXPECT_THAT(text, HasSubstr("  ping 10.0.0.2 "));
  EXPECT_THAT(text, HasSubstr("\nready on tun0\n"));
}

// A seed that nobody gave is a secret (MUST-9).
TEST(Banner, NamesOnlyAGivenSeed) {
  Options options = two_services();
  EXPECT_THAT(banner(options), Not(HasSubstr("seed")));
  options.seed = 42;
  EXPECT_THAT(banner(options), HasSubstr("MTU 1500, seed 42; the kernel's end"));
  options.log_format = LogFormat::json;
  options.seed = 18446744073709551615U;
  EXPECT_THAT(banner(options), HasSubstr(R"("seed":18446744073709551615)"));
  options.seed.reset();
  EXPECT_THAT(banner(options), Not(HasSubstr("seed")));
}

TEST(Banner, SuggestsNoConnectionToNothing) {
  Options options = two_services();
  options.services.clear();
  EXPECT_THAT(banner(options), Not(HasSubstr("nc ")));
}

TEST(Banner, IsOneObjectAsJson) {
  Options options = two_services();
  options.log_format = LogFormat::json;
  const std::string text = banner(options);
  EXPECT_THAT(text, HasSubstr(R"("event":"ready")"));
  EXPECT_THAT(
      text, HasSubstr(R"("services":[{"name":"echo","port":7007},{"name":"daytime","port":13}])"));
  EXPECT_EQ(text.find('\n'), text.size() - 1);
}

TEST(Summary, NamesEveryDropThatOccurred) {
  Counters counters;
  counters.segments_received = 12;
  counters.segments_sent = 9;
  counters.segments_retransmitted = 2;
  counters.drops[static_cast<std::size_t>(Drop::ip_checksum)] = 3;
  const std::string text = summary(two_services(), counters, 0);
  EXPECT_THAT(text, HasSubstr("12 segments in, 9 out, 2 of them retransmitted"));
  EXPECT_THAT(text, HasSubstr("  ip_checksum                   3  "));
  EXPECT_THAT(text, Not(HasSubstr("tcp_checksum")));
  EXPECT_THAT(text, Not(HasSubstr("lost")));
}

TEST(Summary, SaysWhenNothingWasDropped) {
  EXPECT_THAT(summary(two_services(), {}, 0), EndsWith("nothing dropped\n"));
  EXPECT_THAT(summary(two_services(), {}, 5), HasSubstr("5 packets lost"));
}

TEST(Summary, IsOneObjectAsJson) {
  Options options = two_services();
  options.log_format = LogFormat::json;
  Counters counters;
  counters.drops[static_cast<std::size_t>(Drop::paws)] = 1;
  const auto json = boost::json::parse(summary(options, counters, 7));
  EXPECT_EQ(json.at("event"), "summary");
  EXPECT_EQ(json.at("packets_lost"), 7);
  EXPECT_EQ(json.at("drops").at("paws"), 1);
}

}  // namespace
}  // namespace tcpstack::app
