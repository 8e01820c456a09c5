// The room for a user's text, and the growth of the buffers with use (buffers.h, receive_rate.h).
#include "stack/tcp/send/buffers.h"

#include <vector>

#include <gtest/gtest.h>

#include "stack/tcp/connection_options.h"
#include "stack/tcp/receive/receive_rate.h"
#include "tests/unit/tcp/lonely_context.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

class BuffersTest : public testing::Test, protected LonelyContext {
 protected:
  BuffersTest() {
    tcb.send_begin = tcb.snd.una = tcb.snd.nxt = Seq(1001);
    tcb.send_capacity = 10'000;
    tcb.receive_capacity = 10'000;
    config.tcp.send_buffer.largest = 100'000;
    config.tcp.receive_buffer = {20'000, 400'000};
  }
  void queue(std::size_t size) { tcb.send_queue.append(std::vector<std::uint8_t>(size)); }
};

// In these tests a super-segment has 16,000 bytes: whole segments, half of the window.
class SendRoomTest : public BuffersTest {
 protected:
  SendRoomTest() {
    tcb.state = State::ESTABLISHED;
    tcb.snd.smss = 1'000;
    tcb.snd.wnd = tcb.snd.max_wnd = 32'999;
    config.tcp.initial_window = 10;
  }
  std::size_t room() { return room_to_send(tcb, config.tcp); }
  // Would a user who has been refused be woken?
  bool wakes_the_refused() {
    tcb.send_refused = true;
    tcb.events.writable = false;
    tell_user_of_room(tcb);
    EXPECT_NE(tcb.send_refused, tcb.events.writable);
    return tcb.events.writable;
  }
  // Text leaves: SND.NXT moves on.
  void leave(std::uint32_t size) { tcb.snd.nxt += size; }
};

// Linux takes 26,000 bytes of 30,000 here (SO_SNDBUF 10000): 16,000, of which ten segments leave, and 10,000 more fill
// up the rest.
TEST_F(SendRoomTest, TheLimitIsLookedAtBeforeEachSuperSegment) {
  tcb.send_capacity = 20'000;
  EXPECT_EQ(room(), 26'000U);
  tcb.send_capacity = 1;
  EXPECT_EQ(room(), 26'000U);
  tcb.send_capacity = 26'001;
  EXPECT_EQ(room(), 42'000U);
}

TEST_F(SendRoomTest, ATakenSuperSegmentMayLieBeyondTheLimit) {
  tcb.send_capacity = 8'000;
  queue(9'000);
  leave(9'000);
  EXPECT_EQ(room(), 0U);
  tcb.send_capacity = 9'001;
  tcb.snd.wnd = 9'000;
  EXPECT_EQ(room(), 16'000U);
}

TEST_F(SendRoomTest, WholeSuperSegmentsLeaveOneByOne) {
  config.tcp.initial_window = 32;
  tcb.send_capacity = 16'000;
  EXPECT_EQ(room(), 16'000U);
  tcb.send_capacity = 16'001;
  EXPECT_EQ(room(), 32'000U);
}

TEST_F(SendRoomTest, TheRestOfTheNewestIsFilledUp) {
  tcb.send_capacity = 8'000;
  queue(12'000);
  EXPECT_EQ(room(), 14'000U) << "2,000 of 12,000 do not leave";
  queue(14'000);
  EXPECT_EQ(room(), 0U);
}

TEST_F(SendRoomTest, BeforeTheHandshakeNothingLeaves) {
  tcb.state = State::SYN_SENT;
  tcb.snd.wnd = tcb.snd.max_wnd = 0;
  tcb.send_capacity = 8'000;
  EXPECT_EQ(room(), 65'000U) << "whole segments of 1,000 in 65,215 bytes";
}

TEST_F(SendRoomTest, TheRefusedContinueWhenAThirdIsFree) {
  tcb.send_capacity = 9'000;
  queue(6'001);
  leave(6'001);
  EXPECT_FALSE(wakes_the_refused());
  tcb.send_queue.discard(1);
  EXPECT_TRUE(wakes_the_refused());
}

TEST_F(BuffersTest, NotSentIsWhatLiesBeyondSndNxt) {
  queue(5'000);
  EXPECT_EQ(not_sent(tcb), 5'000U);
  tcb.snd.nxt += 2'000;
  EXPECT_EQ(not_sent(tcb), 3'000U);
  tcb.snd.nxt += 3'001;  // a FIN, too
  EXPECT_EQ(not_sent(tcb), 0U);
}

TEST_F(BuffersTest, OurSynIsNoText) {
  tcb.snd.una = tcb.snd.nxt = Seq(1000);  // the SYN is still to be sent
  queue(5'000);
  EXPECT_EQ(not_sent(tcb), 5'000U);
}

TEST_F(SendRoomTest, ALargerNumberWakesTheRefused) {
  tcb.send_capacity = 4'000;
  queue(5'000);
  EXPECT_FALSE(wakes_the_refused());
  set_options(tcb, base::Shared(ConnectionOptions{.send_buffer = 4'000}), cx);
  EXPECT_TRUE(tcb.events.writable) << "5,000 are less than two thirds of 8,000";
}

TEST_F(SendRoomTest, TheLowWaterMarkCountsWhatIsNotSent) {
  tcb.options = base::Shared(ConnectionOptions{.not_sent_low = 2'000});
  tcb.snd.wnd = tcb.snd.max_wnd = 1'000;  // super-segments of one segment, of which one leaves
  EXPECT_EQ(room(), 3'000U);
  queue(3'000);
  leave(1'000);
  EXPECT_EQ(room(), 0U);
  EXPECT_FALSE(wakes_the_refused());
  leave(1'000);
  EXPECT_FALSE(wakes_the_refused()) << "1,000 is half of the mark";
  leave(1);
  EXPECT_TRUE(wakes_the_refused());
}

TEST_F(SendRoomTest, ALowWaterMarkOfZeroIsTheConfigurations) {
  EXPECT_EQ(as_taken({.not_sent_low = 0}, config.tcp).not_sent_low, config.tcp.not_sent_low);
  EXPECT_EQ(as_taken({.not_sent_low = 1}, config.tcp).not_sent_low, 1U);
}

TEST_F(BuffersTest, TheSendBufferHoldsTwoWindows) {
  make_sender(tcb).recovery.window.cwnd = 30'000;
  grow_send_buffer(tcb, cx);
  EXPECT_EQ(tcb.send_capacity, 60'000U);
  make_sender(tcb).recovery.window.cwnd = 80'000;
  grow_send_buffer(tcb, cx);
  EXPECT_EQ(tcb.send_capacity, 100'000U);
  make_sender(tcb).recovery.window.cwnd = 1'000;  // it never shrinks
  grow_send_buffer(tcb, cx);
  EXPECT_EQ(tcb.send_capacity, 100'000U);
}

TEST_F(BuffersTest, TheUsersChoiceStays) {
  tcb.options = base::Shared(ConnectionOptions{.send_buffer = 10'000, .receive_buffer = 10'000});
  make_sender(tcb).recovery.window.cwnd = 30'000;
  grow_send_buffer(tcb, cx);
  EXPECT_EQ(tcb.send_capacity, 10'000U);
  user_has_read(tcb, 50'000, cx);
  EXPECT_EQ(tcb.receive_capacity, 10'000U);
}

TEST_F(BuffersTest, TheReceiveBufferHoldsWhatIsReadInTwoRoundTrips) {
  tcb.receive_rate.make().round_begin = cx.now;
  tcb.receive_rate.make().rtt = 100ms;
  cx.now += 50ms;
  user_has_read(tcb, 15'000, cx);
  EXPECT_EQ(tcb.receive_capacity, 10'000U);  // the round is not over
  cx.now += 50ms;
  user_has_read(tcb, 15'000, cx);
  EXPECT_EQ(tcb.receive_capacity, 60'000U);
  EXPECT_EQ(tcb.receive_rate->space, 30'000U);
}

TEST_F(BuffersTest, TheReceiveBufferHasALimitAndNeverShrinks) {
  tcb.receive_rate.make().rtt = 100ms;
  user_has_read(tcb, 1'000'000, cx);
  EXPECT_EQ(tcb.receive_capacity, 390'000U);  // the initial overhead stays out
  cx.now += 100ms;
  user_has_read(tcb, 1'000, cx);
  EXPECT_EQ(tcb.receive_capacity, 390'000U);
}

TEST_F(BuffersTest, AReceiverTakesTheSendersRoundTripUntilItKnowsBetter) {
  tcb.receive_rate.make().round_begin = cx.now;
  tcb.rtt = {.srtt = 100ms, .measured = true};
  cx.now += 99ms;
  user_has_read(tcb, 20'000, cx);
  EXPECT_EQ(tcb.receive_capacity, 10'000U);
  tcb.receive_rate.make().rtt = 50ms;
  user_has_read(tcb, 20'000, cx);
  EXPECT_EQ(tcb.receive_capacity, 80'000U);
}

}  // namespace
}  // namespace tcpstack::tcp
