// The lines that a packet of a capture gets as comments.
#include "apps/tcpstack/comments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tcpstack::app {
namespace {

using tcp::State;
using testing::ElementsAre;
using testing::IsEmpty;

Line line_of(LineKind kind, std::uint16_t peer_port = 51234) {
  Line line;
  line.kind = kind;
  line.local = {Address(0x0a000002), 7};
  line.remote = {Address(0x0a000001), peer_port};
  return line;
}

Line transition(State from, State to, std::uint16_t peer_port = 51234) {
  Line line = line_of(LineKind::transition, peer_port);
  line.from = from;
  line.to = to;
  return line;
}

Line sent(const char* why, std::uint16_t peer_port = 51234) {
  Line line = line_of(LineKind::segment_out, peer_port);
  line.what = ". 1:1(0) ack 1 win 1";
  line.why = why;
  return line;
}

TEST(Comments, PutATransitionOnTheSegmentThatCausedIt) {
  Comments comments;
  comments.line(line_of(LineKind::segment_in));
  comments.line(transition(State::ESTABLISHED, State::CLOSE_WAIT));
  EXPECT_THAT(comments.take_received(), ElementsAre("ESTABLISHED -> CLOSE_WAIT"));
  comments.line(sent("acknowledges the FIN"));
  EXPECT_THAT(comments.take_sent(), ElementsAre("acknowledges the FIN"));
}

TEST(Comments, TellWhatAReceivedPacketDoesNotShow) {
  Comments comments;
  Line line = line_of(LineKind::segment_in);
  line.what = "the packet shows it";
  line.why = "3 segments in one";
  comments.line(line);
  comments.line(transition(State::ESTABLISHED, State::CLOSE_WAIT));
  EXPECT_THAT(comments.take_received(),
              ElementsAre("3 segments in one", "ESTABLISHED -> CLOSE_WAIT"));
}

TEST(Comments, PutATransitionOfTheUsersOnTheNextPacketOfItsConnection) {
  Comments comments;
  comments.line(transition(State::ESTABLISHED, State::FIN_WAIT_1));
  comments.line(line_of(LineKind::segment_in, 4));
  EXPECT_THAT(comments.take_received(), IsEmpty());
  comments.line(sent("", 4));
  EXPECT_THAT(comments.take_sent(), IsEmpty());
  comments.line(sent("the FIN"));
  EXPECT_THAT(comments.take_sent(), ElementsAre("ESTABLISHED -> FIN_WAIT_1", "the FIN"));
  comments.line(sent("again"));
  EXPECT_THAT(comments.take_sent(), ElementsAre("again"));
}

TEST(Comments, PutATransitionMadeBySendingOnThatPacket) {
  Comments comments;
  comments.line(sent("the FIN"));
  comments.line(transition(State::CLOSE_WAIT, State::LAST_ACK));
  EXPECT_THAT(comments.take_sent(), ElementsAre("the FIN", "CLOSE_WAIT -> LAST_ACK"));
}

TEST(Comments, PutADropOnThePacketEvenWhenItHasNoSegment) {
  Comments comments;
  Line drop;
  drop.kind = LineKind::drop;
  drop.what = "ip_checksum";
  comments.line(drop);
  EXPECT_THAT(comments.take_received(), ElementsAre("dropped: ip_checksum"));
  EXPECT_THAT(comments.take_received(), IsEmpty());
}

TEST(Comments, LetAnAlarmWaitForWhatItSends) {
  Comments comments;
  Line alarm = line_of(LineKind::alarm);
  alarm.what = "retransmission";
  comments.line(alarm);
  comments.line(sent("retransmits"));
  EXPECT_THAT(comments.take_sent(), ElementsAre("alarm: retransmission", "retransmits"));
}

TEST(Comments, ForgetAConnectionThatEndsInSilence) {
  Comments comments;
  comments.line(transition(State::TIME_WAIT, State::CLOSED));
  comments.line(sent("a new connection's"));
  EXPECT_THAT(comments.take_sent(), ElementsAre("a new connection's"));
}

TEST(Comments, KeepOnlySoManyWaiting) {
  Comments comments;
  for (std::uint16_t port = 1; port <= 1000; ++port) {
    comments.line(transition(State::ESTABLISHED, State::FIN_WAIT_1, port));
  }
  comments.line(sent("", 1));
  EXPECT_THAT(comments.take_sent(), IsEmpty());
  comments.line(sent("", 1000));
  EXPECT_THAT(comments.take_sent(), ElementsAre("ESTABLISHED -> FIN_WAIT_1"));
}

}  // namespace
}  // namespace tcpstack::app
