// The language of faults: accepted texts, and for a mistake its place and the expected word.
#include "stack/device/fault.h"

#include <gtest/gtest.h>

namespace tcpstack::device {
namespace {

using std::chrono_literals::operator""ms;

Fault read(std::string_view text) {
  const auto fault = parse_fault(text);
  EXPECT_TRUE(fault) << text << ": at " << fault.error().offset << " " << fault.error().expected;
  return fault.value_or(Fault{});
}

TEST(Fault, IsForOnePacketOfItsKind) {
  const Fault fault = read("drop data #2 out");
  EXPECT_EQ(fault.text, "drop data #2 out");
  EXPECT_EQ(fault.kind, FaultKind::drop);
  EXPECT_EQ(fault.target, PacketKind::data);
  EXPECT_EQ(fault.number, 2U);
  EXPECT_FALSE(fault.in);
  EXPECT_TRUE(fault.out);
}

TEST(Fault, IsForTheFirstPacketAndBothDirectionsByItself) {
  const Fault fault = read("duplicate  synack");
  EXPECT_EQ(fault.kind, FaultKind::duplicate);
  EXPECT_EQ(fault.target, PacketKind::synack);
  EXPECT_EQ(fault.number, 1U);
  EXPECT_TRUE(fault.in);
  EXPECT_TRUE(fault.out);
  EXPECT_EQ(read("hold fin").kind, FaultKind::hold);
}

TEST(Fault, IsForAnyPacketByNumber) {
  const Fault fault = read("corrupt #5 in");
  EXPECT_EQ(fault.kind, FaultKind::corrupt);
  EXPECT_EQ(fault.target, PacketKind::any);
  EXPECT_EQ(fault.number, 5U);
  EXPECT_TRUE(fault.in);
  EXPECT_FALSE(fault.out);
}

TEST(Fault, IsForEveryPacket) {
  const Fault fault = read("delay every ack 300ms");
  EXPECT_EQ(fault.kind, FaultKind::delay);
  EXPECT_EQ(fault.target, PacketKind::ack);
  EXPECT_EQ(fault.number, 0U);
  EXPECT_EQ(fault.probability, 1);
  EXPECT_EQ(fault.delay, 300ms);
  EXPECT_EQ(read("drop every").target, PacketKind::any);
  EXPECT_FALSE(read("drop every out").in);
}

TEST(Fault, IsByChance) {
  const Fault loss = read("loss 3% both");
  EXPECT_EQ(loss.kind, FaultKind::drop);
  EXPECT_EQ(loss.number, 0U);
  EXPECT_DOUBLE_EQ(loss.probability, 0.03);
  const Fault reorder = read("reorder 5% 10ms in");
  EXPECT_EQ(reorder.kind, FaultKind::delay);
  EXPECT_EQ(reorder.delay, 10ms);
  EXPECT_DOUBLE_EQ(reorder.probability, 0.05);
  EXPECT_DOUBLE_EQ(read("duplicate 1%").probability, 0.01);
  EXPECT_DOUBLE_EQ(read("corrupt 0.1%").probability, 0.001);
}

TEST(Fault, IsALinkWithARate) {
  const Fault rate = read("rate 10mbit queue 50 out");
  EXPECT_EQ(rate.kind, FaultKind::rate);
  EXPECT_DOUBLE_EQ(rate.bits_per_second, 1e7);
  EXPECT_EQ(rate.queue, 50U);
  EXPECT_EQ(read("rate 64kbit").queue, SIZE_MAX);
}

struct Case {
  const char* text;
  std::size_t offset;
  const char* expected;
};

TEST(Fault, SaysWhereAMistakeIs) {
  constexpr const char* kTime = "a time up to 600s, such as 300ms";
  constexpr const char* kPercentage = "a percentage from 0% to 100%, such as 3%";
  constexpr const char* kPacket =
      "a packet: data, ack, syn, synack, fin, rst, udp or icmp, and which, such as #2";
  const std::vector<Case> cases{
      {"", 0, "drop, duplicate, delay, hold, corrupt, loss, reorder or rate"},
      {"lose data", 0, "drop, duplicate, delay, hold, corrupt, loss, reorder or rate"},
      {"drop", 4, kPacket},
      {"drop dat", 5, kPacket},
      {"drop data 2", 10, "in, out, both or nothing more"},
      {"drop data #0", 10, "the number of a packet, such as #2"},
      {"drop data #2 out now", 17, "nothing more"},
      {"delay ack", 9, kTime},
      {"delay ack 300", 10, kTime},
      {"delay ack 601s", 10, kTime},
      {"delay ack 0ms", 10, kTime},
      {"loss 3", 5, kPercentage},
      {"loss 101%", 5, kPercentage},
      {"loss -1%", 5, kPercentage},
      {"loss nan%", 5, kPercentage},
      {"reorder 5%", 10, kTime},
      {"rate 10", 5, "a rate of at least 1kbit, such as 10mbit"},
      {"rate 10mbit queue 0", 18, "how many packets may wait, such as 50"},
  };
  for (const Case& each : cases) {
    const auto fault = parse_fault(each.text);
    ASSERT_FALSE(fault) << each.text;
    EXPECT_EQ(fault.error().offset, each.offset) << each.text;
    EXPECT_EQ(fault.error().expected, each.expected) << each.text;
  }
}

}  // namespace
}  // namespace tcpstack::device
