// The actions of a device with faults on its packets, in virtual time.
#include "stack/runtime/devices/faulty_device.h"

#include <bit>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stack/runtime/devices/memory_link.h"
#include "stack/runtime/time/manual_time.h"
#include "stack/wire/ipv4.h"

namespace tcpstack::runtime {
namespace {

using std::chrono_literals::operator""ms;
using testing::ElementsAre;
using testing::IsEmpty;

TxPacket packet_of(std::uint8_t number) {
  TxPacket packet;
  wire::write_ipv4(
      {.protocol = 17, .source = Address(0x0a000001), .destination = Address(0x0a000002)}, 1,
      packet.headers);
  packet.headers[wire::kIpv4HeaderSize] = number;
  packet.headers_size = wire::kIpv4HeaderSize + 1;
  return packet;
}

// `faulty_` is the device of a stack; `far_` is its other end.
class FaultyDevice : public testing::Test {
 protected:
  void begin(std::vector<const char*> texts) {
    std::vector<tcpstack::device::Fault> faults;
    for (const char* text : texts) faults.push_back(tcpstack::device::parse_fault(text).value());
    auto link = make_memory_link(io_.get_executor());
    far_ = std::move(link.second);
    faulty_ = std::make_unique<faulty_device>(
        io_.get_executor(), std::move(link.first), tcpstack::device::FaultPlan(faults, 1),
        [this](trace::Direction, Bytes, const tcpstack::device::Deed& deed) {
          told_.push_back(deed.done + ": " + deed.why);
        },
        time_.make_timekeeper());
    listen(*faulty_, here_);
    listen(*far_, there_);
  }

  void send(packet_device& from, std::vector<std::uint8_t> numbers) {
    for (const std::uint8_t number : numbers) {
      EXPECT_EQ(from.send(packet_of(number)), send_result::sent);
    }
    settle();
  }
  void settle() {
    do {
      io_.restart();
    } while (io_.poll() > 0);
  }
  void advance(Duration step) {
    time_.advance(step);
    settle();
  }

  boost::asio::io_context io_;
  manual_time time_{io_.get_executor()};
  std::unique_ptr<packet_device> far_;
  std::unique_ptr<faulty_device> faulty_;
  std::vector<int> here_;   // the numbers of packets that have come to the stack
  std::vector<int> there_;  // and to the other end
  std::vector<std::string> told_;

 private:
  static void listen(packet_device& device, std::vector<int>& into) {
    device.on_readable([&device, &into] {
      error_code ec;
      for (const RxPacket& packet : device.receive(ec)) {
        into.push_back(packet.bytes[wire::kIpv4HeaderSize]);
      }
      EXPECT_FALSE(ec);
      device.wait_readable();
    });
    device.wait_readable();
  }
};

TEST_F(FaultyDevice, PassesWhatNoFaultConcerns) {
  begin({"drop #3 in"});
  send(*faulty_, {1, 2, 3});
  send(*far_, {4, 5});
  EXPECT_THAT(there_, ElementsAre(1, 2, 3));
  EXPECT_THAT(here_, ElementsAre(4, 5));
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(FaultyDevice, Drops) {
  begin({"drop #2 out", "drop #1 in"});
  send(*faulty_, {1, 2, 3});
  send(*far_, {4, 5});
  EXPECT_THAT(there_, ElementsAre(1, 3));
  EXPECT_THAT(here_, ElementsAre(5));
  EXPECT_THAT(told_, ElementsAre("dropped: drop #2 out", "dropped: drop #1 in"));
}

TEST_F(FaultyDevice, Duplicates) {
  begin({"duplicate #1 out", "duplicate #2 in"});
  send(*faulty_, {1, 2});
  send(*far_, {4, 5});
  EXPECT_THAT(there_, ElementsAre(1, 1, 2));
  EXPECT_THAT(here_, ElementsAre(4, 5, 5));
}

TEST_F(FaultyDevice, HoldsUntilTheNextHasPassed) {
  begin({"hold #1 out", "hold #1 in"});
  send(*faulty_, {1});
  send(*far_, {4});
  EXPECT_THAT(there_, IsEmpty());
  EXPECT_THAT(here_, IsEmpty());
  send(*faulty_, {2, 3});
  send(*far_, {5});
  EXPECT_THAT(there_, ElementsAre(2, 1, 3));
  EXPECT_THAT(here_, ElementsAre(5, 4));
}

TEST_F(FaultyDevice, Delays) {
  begin({"delay #1 30ms out", "delay #1 10ms in"});
  send(*faulty_, {1, 2});
  send(*far_, {4, 5});
  EXPECT_THAT(there_, ElementsAre(2));
  EXPECT_THAT(here_, ElementsAre(5));
  advance(9ms);
  EXPECT_THAT(here_, ElementsAre(5));
  advance(1ms);
  EXPECT_THAT(here_, ElementsAre(5, 4));
  advance(19ms);
  EXPECT_THAT(there_, ElementsAre(2));
  advance(1ms);
  EXPECT_THAT(there_, ElementsAre(2, 1));
}

TEST_F(FaultyDevice, Corrupts) {
  begin({"corrupt #1 out"});
  send(*faulty_, {64, 64});
  ASSERT_EQ(there_.size(), 2U);
  EXPECT_EQ(std::popcount(static_cast<unsigned>(there_[0] ^ 64)), 1);
  EXPECT_EQ(there_[1], 64);
}

TEST_F(FaultyDevice, GivesMoreThanABatchOneAfterTheOther) {
  begin({"duplicate every in"});
  std::vector<std::uint8_t> numbers(packet_device::kMaxBatch, 7);
  send(*far_, numbers);
  EXPECT_EQ(here_.size(), 2 * packet_device::kMaxBatch);
}

TEST_F(FaultyDevice, ForgetsWhatIsDelayedWhenItIsCancelled) {
  begin({"delay #1 10ms out"});
  send(*faulty_, {1});
  faulty_->cancel();
  EXPECT_EQ(time_.next_alarm(), kNever);
  send(*faulty_, {2});
  advance(20ms);
  EXPECT_THAT(there_, ElementsAre(2));
  EXPECT_EQ(time_.next_alarm(), kNever);
}

TEST_F(FaultyDevice, DelaysADuplicateToo) {
  begin({"duplicate #1 out", "delay #1 10ms out"});
  send(*faulty_, {1});
  EXPECT_THAT(there_, IsEmpty());
  advance(10ms);
  EXPECT_THAT(there_, ElementsAre(1, 1));
}

TEST_F(FaultyDevice, ALatePacketIsTheNextForThoseThatAreHeld) {
  begin({"delay #1 10ms out", "hold #2 out"});
  send(*faulty_, {1, 2});
  EXPECT_THAT(there_, IsEmpty());
  advance(10ms);
  EXPECT_THAT(there_, ElementsAre(1, 2));
}

// Counts what its inner device loses.
class LosingDevice : public testing::Test {
 protected:
  class inner final : public packet_device {
   public:
    std::span<const RxPacket> receive(error_code& /*ec*/) override { return {}; }
    send_result send(const TxPacket& packet) override {
      checksum = packet.offload.checksum;
      return send_result::sent;
    }
    send_losses flush() override { return std::exchange(lost, {}); }
    void wait_readable() override {}
    void cancel() override {}
    send_losses lost;
    bool checksum = false;
  };
  send_result send(std::vector<tcpstack::device::Fault> faults, send_losses lost) {
    auto* const there = new inner;
    there->lost = lost;
    faulty_device device(
        io_.get_executor(), std::unique_ptr<packet_device>(there),
        tcpstack::device::FaultPlan(std::move(faults), 1),
        [](trace::Direction, Bytes, const tcpstack::device::Deed&) {}, time_.make_timekeeper());
    TxPacket packet = packet_of(64);
    packet.offload.checksum = true;
    const send_result result = device.send(packet);
    checksum_ = there->checksum;
    return result;
  }

  boost::asio::io_context io_;
  manual_time time_{io_.get_executor()};
  bool checksum_ = false;
};

TEST_F(LosingDevice, SaysWhatWasLost) {
  EXPECT_EQ(send({}, {}), send_result::sent);
  EXPECT_EQ(send({}, {.would_block = 1}), send_result::would_block);
  EXPECT_EQ(send({}, {.failed = 1}), send_result::failed);
}

// Or else the damage would get a right checksum.
TEST_F(LosingDevice, NobodyCompletesTheChecksumOfADamagedPacket) {
  (void)send({}, {});
  EXPECT_TRUE(checksum_);
  (void)send({tcpstack::device::parse_fault("corrupt #1 out").value()}, {});
  EXPECT_FALSE(checksum_);
}

}  // namespace
}  // namespace tcpstack::runtime
