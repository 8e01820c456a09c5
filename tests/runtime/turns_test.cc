// What a turn of the runtime's loop costs and when it comes: posts, wake-ups of the clock, work of the executor; and what
// is left after a stop.
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <gtest/gtest.h>

#include "stack/runtime/devices/packet_tap.h"
#include "tests/runtime/world.h"
#include "tests/support/packets.h"

namespace tcpstack::runtime {
namespace {

// Gives what the test wants to arrive, in one batch, and counts what is sent.
class scripted_device final : public packet_device {
 public:
  std::span<const RxPacket> receive(error_code& ec) override {
    ++reads;
    ec = broken;
    return batch;
  }
  bool has_more() const override { return more; }
  send_result send(const TxPacket& /*packet*/) override {
    ++sends;
    return result;
  }
  send_losses flush() override { return {}; }
  void wait_readable() override { ++waits; }
  void cancel() override {}
  using packet_device::readable;

  std::vector<RxPacket> batch;
  error_code broken;
  bool more = false;
  send_result result = send_result::sent;
  int reads = 0;
  int sends = 0;
  int waits = 0;
};

// A clock that stands still, and counts who wakes it.
class counting_timekeeper final : public timekeeper {
 public:
  Time now() override { return Time(1s); }
  Time wake() override {
    ++wakes;
    return now();
  }
  void sleep_until(Time /*deadline*/) override {}
  void stop() override {}
  using timekeeper::ring;

  int wakes = 0;
};

constexpr Endpoint kNobody{Address(0x0a000001), 7};

class TurnsTest : public testing::Test {
 protected:
  // Runs what is ready now; returns how many handlers of the executor that were.
  std::size_t poll() {
    io_.restart();
    return io_.poll();
  }
  void stop() {
    runtime_.async_stop(0s, stopped_.handler());
    poll();
    EXPECT_EQ(stopped_.calls, 1);
  }

  asio::io_context io_;
  manual_time time_{io_.get_executor()};
  scripted_device* device_ = new scripted_device;  // owned by the runtime
  runtime runtime_{io_.get_executor(), Config{}, 1, std::unique_ptr<packet_device>(device_),
                   time_.make_timekeeper()};
  outcome stopped_;
  outcome done_;
};

TEST_F(TurnsTest, CallsOfUsersPostOneTurn) {
  stream first(runtime_);
  stream second(runtime_);
  first.async_connect(kNobody, done_.handler());
  second.async_connect(kNobody, done_.handler());
  EXPECT_EQ(poll(), 1U);
  EXPECT_EQ(device_->sends, 2);
}

TEST_F(TurnsTest, ACallInAHandlerBelongsToItsTurn) {
  stream first(runtime_);
  stream second(runtime_);
  first.async_connect(kNobody, [&](error_code) { second.async_connect(kNobody, done_.handler()); });
  poll();
  first.cancel();
  EXPECT_EQ(poll(), 1U);
  EXPECT_EQ(device_->sends, 2) << "the second SYN has left in that turn";
}

TEST_F(TurnsTest, AfterAStopACallPostsNothing) {
  stream socket(runtime_);
  socket.async_connect(kNobody, done_.handler());
  stop();
  socket.close();
  EXPECT_EQ(poll(), 0U);
}

TEST_F(TurnsTest, OneOfTwoOperationsIsWorkStill) {
  stream first(runtime_);
  stream second(runtime_);
  first.async_connect(kNobody, done_.handler());
  second.async_connect(kNobody, done_.handler());
  poll();
  first.close();
  poll();
  EXPECT_EQ(done_.calls, 1);
  EXPECT_FALSE(io_.stopped());
  second.close();
  poll();
  EXPECT_TRUE(io_.stopped());
}

// 256 packets, and then others have their turn.
TEST_F(TurnsTest, SendsAsMuchAsItsBudget) {
  std::deque<stream> sockets;
  for (int i = 0; i < 300; ++i)
    sockets.emplace_back(runtime_).async_connect(kNobody, [](error_code) {});
  io_.restart();
  io_.poll_one();
  EXPECT_EQ(device_->sends, 256);
  poll();
  EXPECT_EQ(device_->sends, 300);
}

TEST_F(TurnsTest, CallsAsManyHandlersAsItsBudget) {
  runtime_.limit_handlers(2);
  std::deque<stream> sockets;
  for (int i = 0; i < 5; ++i)
    sockets.emplace_back(runtime_).async_connect(kNobody, done_.handler());
  poll();
  for (stream& each : sockets) each.close();
  io_.restart();
  io_.poll_one();
  EXPECT_EQ(done_.calls, 2);
  poll();
  EXPECT_EQ(done_.calls, 5);
}

TEST_F(TurnsTest, AnEmptyBatchIsNone) {
  device_->readable();
  EXPECT_EQ(runtime_.counters().batches, 0U);
}

TEST_F(TurnsTest, ABrokenDeviceIsReadOnce) {
  device_->broken = asio::error::bad_descriptor;
  device_->more = true;
  device_->readable();
  EXPECT_EQ(device_->reads, 1);
}

class silent_tap final : public packet_tap {
 public:
  void received(Bytes /*packet*/, Time /*now*/) override {}
  void sent(const TxPacket& /*packet*/, Time /*now*/) override { ++sent_; }
  int sent_ = 0;
};

TEST_F(TurnsTest, WhatTheDeviceDoesNotTakeIsNotTapped) {
  silent_tap tap;
  runtime_.tap(&tap);
  stream socket(runtime_);
  for (const send_result result : {send_result::failed, send_result::would_block}) {
    device_->result = result;
    socket.async_connect(kNobody, [](error_code) {});
    poll();
    socket.close();
  }
  EXPECT_EQ(device_->sends, 2);
  EXPECT_EQ(tap.sent_, 0);
}

// --- after a stop
TEST_F(TurnsTest, AStoppedRuntimeNeitherAnswersNorWaits) {
  const auto ack = test::tcp_packet({.acknowledgment = 1, .control = {.ack = true}}, 40000, 80, {});
  device_->batch = {{.bytes = ack, .offload = {}}};
  stop();
  const int waits = device_->waits;
  device_->readable();
  EXPECT_EQ(device_->waits, waits);
  EXPECT_EQ(device_->sends, 0);
}

TEST_F(TurnsTest, AStopLeavesNoAlarm) {
  stream socket(runtime_);
  socket.async_connect(kNobody, done_.handler());
  poll();
  ASSERT_NE(time_.next_alarm(), kNever);
  stop();
  EXPECT_EQ(time_.next_alarm(), kNever);
}

TEST_F(TurnsTest, AStopOfAStoppedRuntimeIsAborted) {
  stop();
  runtime_.async_stop(10s, done_.handler());
  poll();
  EXPECT_EQ(done_.ec, asio::error::operation_aborted);
}

class StopUnderWayTest : public World {};

TEST_F(StopUnderWayTest, TheEndOfTheRuntimeAbortsAStop) {
  const pair held = connect();
  outcome stopped;
  server_->async_stop(10s, stopped.handler());
  settle();
  ASSERT_EQ(stopped.calls, 0);
  server_.reset();
  settle();
  EXPECT_EQ(stopped.calls, 1);
  EXPECT_EQ(stopped.ec, asio::error::operation_aborted);
}

// --- the clock that survives a debugger has to know when the runtime is at work
class WakeTest : public testing::Test {
 protected:
  asio::io_context io_;
  scripted_device* device_ = new scripted_device;
  counting_timekeeper* time_ = new counting_timekeeper;
  runtime runtime_{io_.get_executor(), Config{}, 1, std::unique_ptr<packet_device>(device_),
                   std::unique_ptr<timekeeper>(time_)};
};

TEST_F(WakeTest, ByABatchAnAlarmAndAUser) {
  device_->readable();
  EXPECT_EQ(time_->wakes, 1);
  time_->ring();
  EXPECT_EQ(time_->wakes, 2);
  stream socket(runtime_);
  socket.async_connect(kNobody, [](error_code) {});
  EXPECT_EQ(time_->wakes, 2);
  io_.poll();
  EXPECT_EQ(time_->wakes, 3);
}

}  // namespace
}  // namespace tcpstack::runtime
