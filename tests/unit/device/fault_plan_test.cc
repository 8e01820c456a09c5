// The packets that a fault hits, the actions, and that a run can be repeated.
#include "stack/device/fault_plan.h"

#include <bit>
#include <initializer_list>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace tcpstack::device {
namespace {

using std::chrono_literals::operator""ms;
using testing::ElementsAre;
using testing::IsEmpty;
using trace::Direction;
using Packet = std::vector<std::uint8_t>;

FaultPlan plan_of(std::initializer_list<const char*> texts, std::uint64_t seed = 1) {
  std::vector<Fault> faults;
  for (const char* text : texts) faults.push_back(parse_fault(text).value());
  return {faults, seed};
}

Packet packet_of(wire::Protocol protocol, const Packet& payload) {
  Packet packet(wire::kIpv4HeaderSize);
  wire::write_ipv4({.protocol = static_cast<std::uint8_t>(protocol),
                    .source = Address(0x0a000001),
                    .destination = Address(0x0a000002)},
                   payload.size(), packet);
  packet.insert(packet.end(), payload.begin(), payload.end());
  return packet;
}

Packet tcp(wire::ControlBits control, std::size_t text = 0) {
  Packet segment(wire::kMaxTcpHeaderSize);
  segment.resize(wire::write_tcp(
      {.source_port = 5, .destination_port = 7, .control = control, .options = {}}, segment));
  segment.resize(segment.size() + text, 'x');
  return packet_of(wire::Protocol::tcp, segment);
}

const Packet kSyn = tcp({.syn = true});
const Packet kSynAck = tcp({.syn = true, .ack = true});
const Packet kAck = tcp({.ack = true});
const Packet kData = tcp({.psh = true, .ack = true}, 3);
const Packet kFin = tcp({.fin = true, .ack = true});
const Packet kRst = tcp({.rst = true});
const Packet kUdp = packet_of(wire::Protocol::udp, Packet(8));
const Packet kIcmp = packet_of(wire::Protocol::icmp, Packet(8));

// The numbers of the packets, from 1, that `plan` drops.
std::vector<int> dropped(FaultPlan plan, const std::vector<Packet>& packets,
                         Direction direction = Direction::in) {
  std::vector<int> numbers;
  for (int number = 1; const Packet& packet : packets) {
    if (plan.decide(direction, packet, Time{}).drop) numbers.push_back(number);
    ++number;
  }
  return numbers;
}

TEST(FaultPlan, KnowsTheKindsOfPackets) {
  const std::vector<Packet> all{kSyn, kSynAck, kAck, kData, kFin, kRst, kUdp, kIcmp};
  EXPECT_THAT(dropped(plan_of({"drop syn"}), all), ElementsAre(1));
  EXPECT_THAT(dropped(plan_of({"drop synack"}), all), ElementsAre(2));
  EXPECT_THAT(dropped(plan_of({"drop ack"}), all), ElementsAre(3));
  EXPECT_THAT(dropped(plan_of({"drop data"}), all), ElementsAre(4));
  EXPECT_THAT(dropped(plan_of({"drop fin"}), all), ElementsAre(5));
  EXPECT_THAT(dropped(plan_of({"drop rst"}), all), ElementsAre(6));
  EXPECT_THAT(dropped(plan_of({"drop udp"}), all), ElementsAre(7));
  EXPECT_THAT(dropped(plan_of({"drop icmp"}), all), ElementsAre(8));
  EXPECT_THAT(dropped(plan_of({"drop #6"}), all), ElementsAre(6));
}

TEST(FaultPlan, CountsPacketsOfTheKind) {
  const std::vector<Packet> packets{kData, kAck, kData, kData};
  EXPECT_THAT(dropped(plan_of({"drop data #2"}), packets), ElementsAre(3));
  EXPECT_THAT(dropped(plan_of({"drop every data"}), packets), ElementsAre(1, 3, 4));
  EXPECT_THAT(dropped(plan_of({"drop data #1", "drop data #3"}), packets), ElementsAre(1, 4));
}

TEST(FaultPlan, IsForItsDirection) {
  EXPECT_THAT(dropped(plan_of({"drop data out"}), {kData}, Direction::in), IsEmpty());
  EXPECT_THAT(dropped(plan_of({"drop data out"}), {kData}, Direction::out), ElementsAre(1));
  EXPECT_THAT(dropped(plan_of({"drop data in"}), {kData}, Direction::out), IsEmpty());
}

TEST(FaultPlan, SaysWhatItDoes) {
  FaultPlan plan = plan_of({"duplicate data", "delay data 300ms", "hold fin", "drop ack"});
  const Verdict data = plan.decide(Direction::out, kData, Time{});
  EXPECT_TRUE(data.duplicate);
  EXPECT_EQ(data.delay, 300ms);
  ASSERT_EQ(data.deeds.size(), 2U);
  EXPECT_EQ(data.deeds[0].done, "sent twice");
  EXPECT_EQ(data.deeds[0].why, "duplicate data");
  EXPECT_EQ(data.deeds[1].done, "delayed by 300 ms");
  EXPECT_TRUE(plan.decide(Direction::out, kFin, Time{}).hold);
  EXPECT_EQ(plan.decide(Direction::out, kAck, Time{}).deeds.at(0).done, "dropped");
  EXPECT_THAT(plan.decide(Direction::out, kAck, Time{}).deeds, IsEmpty());
}

TEST(FaultPlan, CorruptsOneBitBehindTheIpHeader) {
  FaultPlan plan = plan_of({"corrupt 100%"});
  for (int i = 0; i < 100; ++i) {
    const Verdict verdict = plan.decide(Direction::in, kData, Time{});
    EXPECT_GE(verdict.corrupt_at, wire::kIpv4HeaderSize);
    EXPECT_LT(verdict.corrupt_at, kData.size());
    EXPECT_EQ(std::popcount(verdict.corrupt_bit), 1);
  }
  // Nothing is there to be corrupted.
  const Packet bare = packet_of(wire::Protocol::udp, {});
  EXPECT_THAT(plan.decide(Direction::in, bare, Time{}).deeds, IsEmpty());
}

TEST(FaultPlan, LosesByChanceAndTheSameWithTheSameSeed) {
  const std::vector<Packet> packets(10000, kData);
  const auto first = dropped(plan_of({"loss 3%"}, 7), packets);
  EXPECT_GT(first.size(), 220U);  // 300 and less than five standard deviations of 17
  EXPECT_LT(first.size(), 380U);
  EXPECT_EQ(dropped(plan_of({"loss 3%"}, 7), packets), first);
  EXPECT_NE(dropped(plan_of({"loss 3%"}, 8), packets), first);
  EXPECT_EQ(dropped(plan_of({"loss 3%", "duplicate 5%"}, 7), packets), first);
  EXPECT_THAT(dropped(plan_of({"loss 0%"}), packets), IsEmpty());
  EXPECT_EQ(dropped(plan_of({"loss 100%"}), packets).size(), packets.size());
}

TEST(FaultPlan, PacesPacketsAndHasAQueue) {
  FaultPlan plan = plan_of({"rate 8kbit queue 2 in"});  // a byte takes 1 ms
  const Packet hundred(100, 0x45);
  EXPECT_EQ(plan.decide(Direction::in, hundred, Time{}).delay, 100ms);
  EXPECT_EQ(plan.decide(Direction::in, hundred, Time{}).delay, 200ms);
  EXPECT_EQ(plan.decide(Direction::in, hundred, Time{}).delay, 300ms);
  const Verdict fourth = plan.decide(Direction::in, hundred, Time{});
  EXPECT_TRUE(fourth.drop);
  EXPECT_EQ(fourth.deeds.at(0).done, "dropped, the queue is full");
  EXPECT_EQ(plan.decide(Direction::out, hundred, Time{}).delay, 0ms);
  // One has left: there is room for one.
  EXPECT_EQ(plan.decide(Direction::in, hundred, Time(100ms)).delay, 300ms);
  EXPECT_TRUE(plan.decide(Direction::in, hundred, Time(100ms)).drop);
}

TEST(FaultPlan, LeavesIpv6Alone) {
  Packet ipv6(48);
  ipv6[0] = 0x60;
  EXPECT_THAT(dropped(plan_of({"drop #2"}), {ipv6, kSyn, ipv6, kAck, kData}), ElementsAre(4));
}

TEST(FaultPlan, LivesWithWhatIsNoPacket) {
  FaultPlan plan = plan_of({"drop every data", "corrupt 100%", "drop every fin"});
  for (const Packet& junk : {Packet{}, Packet{0x45}, Packet(20, 0xff), Packet(39, 0x45)}) {
    EXPECT_FALSE(plan.decide(Direction::in, junk, Time{}).drop);
  }
}

TEST(FaultPlan, DescribesPacketsInBrief) {
  EXPECT_EQ(brief(kData), "P. 3 bytes");
  EXPECT_EQ(brief(kSynAck), "S. 0 bytes");
  EXPECT_EQ(brief(kUdp), "28 bytes");
}

}  // namespace
}  // namespace tcpstack::device
