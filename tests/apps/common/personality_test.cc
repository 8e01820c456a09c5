// The SYN and the later windows of each personality, in the notation of segments.
#include "apps/common/personality.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "stack/stack.h"
#include "stack/trace/observer.h"
#include "stack/wire/notation.h"

namespace tcpstack::app {
namespace {

// The SYN of a stack that opens a connection to nobody.
class Sent : public trace::Observer {
 public:
  void segment(const trace::SegmentEvent& event) override {
    wire::TcpHeader header = event.header;
    if (header.options.timestamps) header.options.timestamps->value = 0;
    const std::uint32_t iss = first_.value_or(header.sequence);
    first_ = iss;
    lines.push_back(wire::to_notation(header, event.text_size, {iss, 0}));
    at.push_back(event.at.time_since_epoch());
  }
  std::vector<std::string> lines;
  std::vector<Duration> at;

 private:
  std::optional<std::uint32_t> first_;
};

Sent open_as(const char* name) {
  Config config;
  find_personality(name)->put_on(config.tcp);
  Stack stack(config, 1);
  Sent sent;
  stack.observe(&sent);
  EXPECT_TRUE(stack.open({Address{0x0a000001}, 443}, {}, Time{}));
  while (stack.poll_transmit(Time{})) {
  }
  while (const auto deadline = stack.next_deadline()) {
    stack.time_passes(*deadline);
    while (stack.poll_transmit(*deadline)) {
    }
  }
  return sent;
}

TEST(Personality, SynIsThatOfTheCaptures) {
  EXPECT_EQ(open_as("linux").lines.at(0),
            "S 0:0(0) win 64240 <mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 7>");
  EXPECT_EQ(open_as("windows").lines.at(0),
            "S 0:0(0) win 64240 <mss 1460,nop,wscale 8,sackOK,TS val 0 ecr 0>");
  EXPECT_EQ(open_as("macos").lines.at(0),
            "S 0:0(0) win 65535 <mss 1460,nop,wscale 6,nop,nop,TS val 0 ecr 0,sackOK,eol>");
  EXPECT_EQ(
      open_as("edge").lines.at(0),
      "S 0:0(0) win 8192 <mss 1452,nop,wscale 5,sackOK,nop,nop,nop,nop,nop,nop,nop,nop,nop,nop>");
}

TEST(Personality, WindowsTriesFiveTimesAndDoublesAtOnce) {
  using std::chrono_literals::operator""s;
  EXPECT_EQ(open_as("windows").at, (std::vector<Duration>{0s, 1s, 3s, 7s, 15s}));
}

TEST(Personality, MacosWaitsLongerWithAcknowledgmentsAndLessInTimeWait) {
  using std::chrono_literals::operator""s;
  TcpConfig tcp;
  find_personality("macos")->put_on(tcp);
  EXPECT_GT(tcp.delayed_ack, TcpConfig{}.delayed_ack);
  EXPECT_EQ(2 * tcp.msl, 30s);
}

TEST(Personality, LinuxIsWhatWeAre) {
  TcpConfig tcp;
  tcp.retries_r2 = 1;
  find_personality("linux")->put_on(tcp);
  EXPECT_EQ(tcp.retries_r2, TcpConfig{}.retries_r2);
}

TEST(Personality, NobodyElseIsKnown) {
  EXPECT_EQ(find_personality("beos"), nullptr);
  EXPECT_EQ(personality_names(),
            (std::vector<std::string_view>{"linux", "windows", "macos", "edge"}));
}

}  // namespace
}  // namespace tcpstack::app
