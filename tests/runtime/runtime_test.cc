// The loop around the core: a device that fails, and the view of its observers.
#include "stack/runtime/runtime.h"

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "tests/runtime/world.h"
#include "tests/support/packets.h"

namespace tcpstack::runtime {
namespace {

// A device on which no packet arrives; the test decides the fate of each sent packet.
class odd_device final : public packet_device {
 public:
  std::span<const RxPacket> receive(error_code& ec) override {
    ec = broken;
    return {};
  }
  send_result send(const TxPacket& /*packet*/) override {
    ++sends;
    return result;
  }
  send_losses flush() override { return std::exchange(lost, {}); }
  void wait_readable() override { ++waits; }
  void cancel() override { ++cancels; }
  using packet_device::readable;

  error_code broken;
  send_result result = send_result::sent;
  send_losses lost;
  int sends = 0;
  int waits = 0;
  int cancels = 0;
};

class OddDeviceTest : public testing::Test {
 protected:
  void settle() {
    io_.restart();
    io_.poll();
  }

  asio::io_context io_;
  manual_time time_{io_.get_executor()};
  odd_device* device_ = new odd_device;  // owned by the runtime
  runtime runtime_{io_.get_executor(), Config{}, 1, std::unique_ptr<packet_device>(device_),
                   time_.make_timekeeper()};
  stream socket_{runtime_};
  outcome connected_;
};

TEST_F(OddDeviceTest, APacketForWhichThereIsNoRoomIsLostAndSentAgainLater) {
  device_->result = send_result::would_block;
  socket_.async_connect({Address(0x0a000001), 7}, connected_.handler());
  settle();
  EXPECT_EQ(device_->sends, 1);
  EXPECT_EQ(runtime_.counters().lost_would_block, 1U);
  // The wheel may wake the runtime on the way to the retransmission timeout.
  while (device_->sends == 1 && time_.jump()) settle();
  EXPECT_EQ(device_->sends, 2);
}

// Each read returns a batch of this many packets, all of which want an answer, and announces more.
class bottomless_device final : public packet_device {
 public:
  explicit bottomless_device(std::size_t batch) : batch_(batch, {.bytes = ack_, .offload = {}}) {}

  std::span<const RxPacket> receive(error_code& /*ec*/) override {
    story += 'r';
    return batch_;
  }
  bool has_more() const override { return true; }
  send_result send(const TxPacket& /*packet*/) override { return send_result::sent; }
  send_losses flush() override {
    story += 'f';
    return {};
  }
  void wait_readable() override { story += 'w'; }
  void cancel() override {}
  using packet_device::readable;

  std::string story;

 private:
  // To a connection that does not exist: a RST.
  std::vector<std::uint8_t> ack_ =
      test::tcp_packet({.acknowledgment = 1, .control = {.ack = true}}, 40000, 80, {});
  std::vector<RxPacket> batch_;
};

std::string story_of_one_wake_up(std::size_t batch) {
  asio::io_context io;
  manual_time time(io.get_executor());
  auto* const device = new bottomless_device(batch);  // owned by the runtime
  const runtime ours(io.get_executor(), Config{}, 1, std::unique_ptr<packet_device>(device),
                     time.make_timekeeper());
  device->story.clear();
  device->readable();
  return device->story.substr(0, device->story.find('w'));
}

TEST(BatchTest, SmallOnesAreAnsweredTogether) {
  EXPECT_EQ(story_of_one_wake_up(packet_device::kMaxBatch).substr(0, 2), "rf");
  EXPECT_EQ(story_of_one_wake_up(packet_device::kMaxBatch / 4).substr(0, 5), "rrrrf");
}

TEST_F(OddDeviceTest, ARefusedPacketIsCounted) {
  device_->result = send_result::failed;
  socket_.async_connect({Address(0x0a000001), 7}, connected_.handler());
  settle();
  EXPECT_EQ(runtime_.counters().lost_failed, 1U);
  EXPECT_EQ(connected_.calls, 0);
}

TEST_F(OddDeviceTest, WhatIsLostLaterIsCounted) {
  device_->lost = {.would_block = 2, .failed = 3};
  socket_.async_connect({Address(0x0a000001), 7}, connected_.handler());
  settle();
  EXPECT_EQ(runtime_.counters().lost_would_block, 2U);
  EXPECT_EQ(runtime_.counters().lost_failed, 3U);
}

TEST_F(OddDeviceTest, ABrokenDeviceIsReportedAndNotWaitedForAgain) {
  error_code failure;
  runtime_.on_device_failure([&](error_code ec) { failure = ec; });
  EXPECT_EQ(device_->waits, 1);
  device_->readable();
  EXPECT_EQ(device_->waits, 2);
  device_->broken = asio::error::bad_descriptor;
  device_->readable();
  EXPECT_EQ(device_->waits, 2);
  EXPECT_EQ(failure, asio::error::bad_descriptor);
}

TEST_F(OddDeviceTest, StoppingCancelsTheDevice) {
  runtime_.async_stop(0s, connected_.handler());
  settle();
  EXPECT_EQ(connected_.calls, 1);
  EXPECT_EQ(device_->cancels, 1);
  EXPECT_EQ(time_.next_alarm(), kNever);
}

// A clock that advances with each call of now().
class ticking_timekeeper final : public timekeeper {
 public:
  Time now() override { return time_ += 1us; }
  void sleep_until(Time /*deadline*/) override {}
  void stop() override {}

 private:
  Time time_{};
};

TEST(TurnTimeTest, StandsStillForThoseWhoAreCalledInATurn) {
  asio::io_context io;
  runtime ours(io.get_executor(), Config{}, 1, std::make_unique<odd_device>(),
               std::make_unique<ticking_timekeeper>());
  acceptor listener(ours, Endpoint{Address{}, 7});
  Time first{};
  Time second{};
  listener.async_wait(acceptor::wait_read, [&](error_code) {
    first = ours.now();
    second = ours.now();
  });
  const Time before = ours.now();
  listener.close();
  io.poll();
  EXPECT_GT(first, before);
  EXPECT_EQ(first, second);
  EXPECT_GT(ours.now(), second);
}

// The events of a tap and an observer, in order.
class watcher final : public packet_tap, public trace::Observer {
 public:
  void received(Bytes /*packet*/, Time /*now*/) override { told += "received "; }
  void sent(const TxPacket& /*packet*/, Time /*now*/) override { told += "sent "; }
  void transition(const trace::TransitionEvent& event) override {
    told += std::string(name(event.to)) + ' ';
  }
  std::string told;
};

class TapTest : public World {};

TEST_F(TapTest, APacketIsTappedAfterTheStackHasProcessedIt) {
  watcher watcher;
  server_->observe(&watcher);
  server_->tap(&watcher);
  acceptor listener(*server_, kServer);
  stream client(*client_);
  client.async_connect(kServer, [](error_code) {});
  settle();
  // The listener is no connection: the first transition is the one that the SYN causes.
  EXPECT_EQ(watcher.told.substr(0, watcher.told.find("ESTABLISHED")),
            "SYN_RECEIVED received sent ");
  EXPECT_TRUE(watcher.told.ends_with("ESTABLISHED received ")) << watcher.told;
  server_->tap(nullptr);
  server_->observe(nullptr);
}

// Their text is in the cache then. At the end of a batch of this many segments an acknowledgment is sent.
TEST_F(TapTest, UsersReadInTheMiddleOfALargeBatch) {
  pair both = connect();
  watcher watcher;
  server_->tap(&watcher);
  std::array<char, 65536> buffer{};
  const std::function<void(error_code, std::size_t)> read = [&](error_code ec, std::size_t) {
    watcher.told += "read ";
    if (!ec) both.server.async_read_some(asio::buffer(buffer), read);
  };
  both.server.async_read_some(asio::buffer(buffer), read);
  const std::string text(1 << 20, 'x');
  outcome written;
  asio::async_write(both.client, asio::buffer(text), written.handler());
  settle();
  EXPECT_NE(watcher.told.find("received read received"), std::string::npos) << watcher.told;
  server_->tap(nullptr);
  both.server.close();
}

TEST_F(TapTest, ALostPacketIsNotTapped) {
  watcher watcher;
  client_->tap(&watcher);
  stream client(*client_);
  client.async_connect(kServer, [](error_code) {});
  settle();
  EXPECT_EQ(watcher.told, "sent received ");
  client_->tap(nullptr);
}

class FairnessTest : public World {};

TEST_F(FairnessTest, OthersHaveTheirTurnWhileMuchIsSent) {
  pair both = connect();
  const std::string large(2 << 20, 'x');
  std::size_t most_between_turns = 0;
  std::size_t last = packets_;
  outcome written;
  asio::async_write(both.client, asio::buffer(large), written.handler());
  std::string got(large.size(), '\0');
  outcome read;
  asio::async_read(both.server, asio::buffer(got), read.handler());
  while (read.calls == 0) {
    io_.restart();
    if (io_.poll_one() == 0 && !time_.jump()) break;
    most_between_turns = std::max(most_between_turns, packets_ - last);
    last = packets_;
  }
  EXPECT_EQ(read.calls, 1);
  EXPECT_LE(most_between_turns, 256U);
}

// Reads nothing again and again, which never waits.
struct restless {
  stream& socket;
  int& calls;
  void operator()(error_code /*ec*/, std::size_t /*bytes*/) const {
    ++calls;
    if (socket.is_open()) socket.async_read_some(asio::mutable_buffer(), *this);
  }
};

TEST_F(FairnessTest, AUserWhoNeverWaitsDoesNotKeepOthersWaiting) {
  pair both = connect();
  int calls = 0;
  restless{both.server, calls}({}, 0);
  outcome written;
  asio::async_write(both.client, asio::buffer("text", 4), written.handler());
  io_.restart();
  for (int turns = 0; turns < 100 && both.server.available() == 0; ++turns) io_.poll_one();
  EXPECT_EQ(both.server.available(), 4U);
  EXPECT_GT(calls, 1);
  both.server.close();
}

// In which turn of the loop users are called, and what they may do there.
class TurnTest : public World {
 protected:
  // The server answers each segment of the client at once with the text that it has read.
  void answer(stream& server) {
    server.async_read_some(asio::buffer(asked_), [&](error_code ec, std::size_t size) {
      if (ec) return;
      server.write_some(asio::buffer(asked_, size), ec);
      answer(server);
    });
  }
  std::array<char, 10> asked_{};
};

// RFC 9293 section 3.8.6.3: it may wait for text to travel with, but not at the start of a connection (Linux).
TEST_F(TurnTest, AnAnswerTakesTheAcknowledgmentAlong) {
  pair both = connect();
  answer(both.server);
  constexpr int kAtOnce = 16;
  for (int i = 0; i < kAtOnce; ++i) {
    write(both.client, "ask");
    EXPECT_EQ(read(both.client), "ask");
  }
  const std::size_t before = packets_;
  write(both.client, "ask");
  EXPECT_EQ(read(both.client), "ask");
  EXPECT_EQ(packets_ - before, 2U) << "the question, the answer";
  both.server.close();
}

TEST_F(TurnTest, WhatAHandlerThrowsComesOutAndTheRuntimeGoesOn) {
  pair both = connect();
  std::array<char, 10> buffer{};
  both.server.async_read_some(asio::buffer(buffer), [](error_code, std::size_t) {
    throw std::runtime_error("a handler's");
  });
  error_code ec;
  both.client.write_some(asio::buffer("one", 3), ec);
  EXPECT_THROW(settle(), std::runtime_error);
  settle();
  write(both.client, "two");
  EXPECT_EQ(read(both.server), "two");
}

TEST_F(TurnTest, AHandlerMayEndTheRuntime) {
  pair both = connect();
  std::array<char, 10> buffer{};
  outcome other;
  both.server.async_wait(stream::wait_error, other.handler());
  both.server.async_read_some(asio::buffer(buffer),
                              [&](error_code, std::size_t) { server_.reset(); });
  error_code ec;
  both.client.write_some(asio::buffer("end", 3), ec);
  settle();
  EXPECT_EQ(server_, nullptr);
  EXPECT_EQ(other.ec, asio::error::operation_aborted);
  EXPECT_EQ(other.calls, 1);
}

}  // namespace
}  // namespace tcpstack::runtime
