// The room for a user's text, and the growth of the buffers with use (buffers.h, receive_rate.h).
#include "stack/tcp/send/buffers.h"

#include <vector>

#include <gtest/gtest.h>

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

TEST_F(BuffersTest, RoomIsWhatTheQueueDoesNotHold) {
  EXPECT_EQ(room_to_send(tcb), 10'000U);
  queue(4'000);
  EXPECT_EQ(room_to_send(tcb), 6'000U);
  queue(6'000);
  EXPECT_EQ(room_to_send(tcb), 0U);
}

TEST_F(BuffersTest, ABufferThatHasShrunkHasNoRoom) {
  queue(8'000);
  tcb.send_capacity = 4'000;
  EXPECT_EQ(room_to_send(tcb), 0U);
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

TEST_F(BuffersTest, TheLowWaterMarkCountsWhatIsNotSent) {
  tcb.options = base::Shared(ConnectionOptions{.not_sent_low = 3'000});
  queue(2'000);
  EXPECT_EQ(room_to_send(tcb), 1'000U);
  queue(1'000);
  EXPECT_EQ(room_to_send(tcb), 0U);
  tcb.snd.nxt += 3'000;
  EXPECT_EQ(room_to_send(tcb), 3'000U);
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
