// From the trace stream to lines: relative numbers, with and without a connection.
#include "apps/tcpstack/narrator.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stack/base/block_pool.h"
#include "stack/base/timer_wheel.h"
#include "stack/tcp/tcb.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace tcpstack::app {
namespace {

using testing::ElementsAre;
using trace::Direction;

const Address kOurs(0x0a000002);
const Address kPeer(0x0a000001);

struct Lines : LineListener {
  std::vector<Line> all;
  std::vector<std::string> whats;
  void line(const Line& line) override {
    all.push_back(line);
    whats.push_back(line.what);
  }
};

class NarratorTest : public testing::Test {
 protected:
  NarratorTest() {
    narrator.tell(lines);
    tcb.local = {kOurs, 7};
    tcb.remote = {kPeer, 51234};
    tcb.snd.iss = tcp::Seq(5000);
    tcb.rcv.irs = tcp::Seq(0xffffffff);
    tcb.state = tcp::State::ESTABLISHED;
  }

  void segment(Direction direction, wire::ControlBits control, std::uint32_t sequence,
               std::uint32_t acknowledgment, std::size_t text_size, const tcp::Tcb* of) {
    const bool in = direction == Direction::in;
    wire::TcpHeader header;
    header.source_port = in ? 51234 : 7;
    header.destination_port = in ? 7 : 51234;
    header.sequence = sequence;
    header.acknowledgment = acknowledgment;
    header.control = control;
    header.window = 100;
    narrator.segment(
        {Time{}, direction, in ? kPeer : kOurs, in ? kOurs : kPeer, header, text_size, of, {}});
  }

  base::BlockPool pool;
  base::TimerWheel wheel{Time{}};
  tcp::Tcb tcb{pool, wheel};
  Lines lines;
  Narrator narrator;
};

constexpr wire::ControlBits kSyn{.syn = true};
constexpr wire::ControlBits kAck{.ack = true};
constexpr wire::ControlBits kRst{.rst = true};
constexpr wire::ControlBits kPushAck{.psh = true, .ack = true};
constexpr wire::ControlBits kRstAck{.rst = true, .ack = true};

TEST_F(NarratorTest, CountsFromTheConnectionsInitialSequenceNumbers) {
  segment(Direction::in, kPushAck, 0, 5001, 6, &tcb);
  segment(Direction::out, kAck, 5001, 6, 0, &tcb);
  EXPECT_THAT(lines.whats, ElementsAre("P. 1:7(6) ack 1 win 100", ". 1:1(0) ack 7 win 100"));
  EXPECT_EQ(lines.all[0].remote, (Endpoint{kPeer, 51234}));
  EXPECT_EQ(lines.all[1].local, (Endpoint{kOurs, 7}));
}

TEST_F(NarratorTest, SaysHowManySegmentsASuperSegmentHolds) {
  const wire::TcpHeader header{.source_port = 7, .destination_port = 51234, .sequence = 5001};
  narrator.segment(
      {Time{}, Direction::out, kOurs, kPeer, header, 2897, &tcb, {"new text", "RFC"}, 1448});
  narrator.segment({Time{}, Direction::out, kOurs, kPeer, header, 2896, &tcb, {}, 1448});
  EXPECT_EQ(lines.all[0].why, "new text, 3 segments of 1448 in one");
  EXPECT_EQ(lines.all[0].clause, "RFC");
  EXPECT_EQ(lines.all[1].why, "2 segments of 1448 in one");
}

TEST_F(NarratorTest, ShowsOptionsAsTheSenderLaidThemOut) {
  const wire::TcpHeader header{.destination_port = 7, .control = kSyn};
  const std::array<std::uint8_t, 8> options{4, 2, 1, 1, 2, 4, 0x05, 0xb4};
  narrator.segment({.at = Time{},
                    .direction = Direction::in,
                    .source = kPeer,
                    .destination = kOurs,
                    .header = header,
                    .text_size = 0,
                    .tcb = nullptr,
                    .why = {},
                    .options = options});
  EXPECT_EQ(lines.whats.back(), "S 0:0(0) win 0 <sackOK,nop,nop,mss 1460>");
}

TEST_F(NarratorTest, CountsFromItselfForASynThatHasNoConnectionYet) {
  segment(Direction::in, kSyn, 777, 0, 0, nullptr);
  EXPECT_THAT(lines.whats, ElementsAre("S 0:0(0) win 100"));
}

TEST_F(NarratorTest, RemembersTheSynThatARstAnswers) {
  segment(Direction::in, kSyn, 777, 0, 0, nullptr);
  segment(Direction::out, kRstAck, 0, 778, 0, nullptr);
  EXPECT_THAT(lines.whats, ElementsAre("S 0:0(0) win 100", "R. 0:0(0) ack 1 win 100"));
}

TEST_F(NarratorTest, RemembersAConnectionThatHasEnded) {
  narrator.transition({Time{}, tcb, tcp::State::LAST_ACK, tcp::State::CLOSED, {}});
  segment(Direction::in, kAck, 9, 5011, 0, nullptr);
  EXPECT_EQ(lines.whats.back(), ". 10:10(0) ack 11 win 100");
}

TEST_F(NarratorTest, ShowsRawNumbersWhereNothingIsKnown) {
  segment(Direction::in, kAck, 4000, 5000, 0, nullptr);
  segment(Direction::out, kRst, 5000, 0, 0, nullptr);
  EXPECT_THAT(lines.whats,
              ElementsAre(". 4000:4000(0) ack 5000 win 100", "R 5000:5000(0) win 100"));
}

TEST_F(NarratorTest, CountsFromItselfForTheSynThatAnswersOurs) {
  tcb.state = tcp::State::SYN_SENT;
  tcb.rcv.irs = tcp::Seq(0);
  segment(Direction::out, kSyn, 5000, 0, 0, &tcb);
  segment(Direction::in, {.syn = true, .ack = true}, 900, 5001, 0, &tcb);
  EXPECT_THAT(lines.whats, ElementsAre("S 0:0(0) win 100", "S. 0:0(0) ack 1 win 100"));
}

TEST_F(NarratorTest, TellsTransitionsWithTheirWhy) {
  narrator.transition({Time{},
                       tcb,
                       tcp::State::ESTABLISHED,
                       tcp::State::CLOSE_WAIT,
                       {"the peer's FIN", "RFC 9293 3.10.7.4"}});
  ASSERT_EQ(lines.all.size(), 1U);
  EXPECT_EQ(to_sentence(lines.all[0]),
            "ESTABLISHED -> CLOSE_WAIT  the peer's FIN (RFC 9293 3.10.7.4)");
  EXPECT_FALSE(lines.all[0].detail);
}

TEST_F(NarratorTest, AProblemOfDeliveryIsNoDetail) {
  narrator.note({Time{}, &tcb, {"a decision", "RFC"}});
  EXPECT_TRUE(lines.all.back().detail);
  tcb.events.delivery_problem = true;
  narrator.note({Time{}, &tcb, {"host unreachable", "RFC 9293 3.9.2.2 MUST-56"}});
  EXPECT_FALSE(lines.all.back().detail);
  EXPECT_EQ(lines.all.back().remote, tcb.remote);
}

TEST_F(NarratorTest, TellsADropAsADetailOfTheSegmentInHand) {
  segment(Direction::in, kAck, 4000, 5000, 0, nullptr);
  narrator.dropped({Time{}, Drop::closed_answered_rst, nullptr});
  ASSERT_EQ(lines.all.size(), 2U);
  EXPECT_TRUE(lines.all[1].detail);
  EXPECT_EQ(lines.all[1].what, "closed_answered_rst");
  EXPECT_EQ(lines.all[1].remote, (Endpoint{kPeer, 51234}));
}

TEST_F(NarratorTest, AsksThePacketForTheSourceOfWhatCouldNotBeRead) {
  segment(Direction::in, kAck, 4000, 5000, 0, nullptr);
  narrator.received({});
  narrator.dropped({Time{}, Drop::ip_checksum, nullptr});
  EXPECT_EQ(lines.all.size(), 1U);

  std::array<std::uint8_t, 20> packet{0x45};
  store_be32(&packet[12], kPeer.v4());
  narrator.received(packet);
  ASSERT_EQ(lines.all.size(), 2U);
  EXPECT_EQ(lines.all[1].what, "ip_checksum");
  EXPECT_EQ(lines.all[1].remote, (Endpoint{kPeer, 0}));
  EXPECT_FALSE(lines.all[1].has_connection());

  narrator.dropped({Time{}, Drop::ip_truncated, nullptr});
  narrator.received(Bytes(packet).first(10));
  ASSERT_EQ(lines.all.size(), 3U);
  EXPECT_TRUE(lines.all[2].remote.address.is_unspecified());
}

TEST_F(NarratorTest, TellsWhatAFaultHasDone) {
  std::array<std::uint8_t, wire::kIpv4HeaderSize + wire::kMaxTcpHeaderSize> packet{};
  wire::TcpHeader header;
  header.source_port = 51234;
  header.destination_port = 7;
  header.control = {.psh = true, .ack = true};
  wire::write_ipv4({.protocol = 6, .source = kPeer, .destination = kOurs}, 23, packet);
  wire::write_tcp(header, MutableBytes(packet).subspan(wire::kIpv4HeaderSize));
  narrator.fault(Direction::in, Bytes(packet).first(43), {"dropped", "drop data"}, Time{});
  ASSERT_EQ(lines.all.size(), 1U);
  const Line& line = lines.all[0];
  EXPECT_EQ(line.remote, (Endpoint{kPeer, 51234}));
  EXPECT_EQ(line.local, (Endpoint{kOurs, 7}));
  EXPECT_EQ(to_sentence(line), "fault, in: P. 3 bytes, dropped  drop data");
  EXPECT_FALSE(line.detail);
}

}  // namespace
}  // namespace tcpstack::app
