// Several queues as one device: the queue of each packet, the turns, and that no wake-up is lost.
#include "stack/runtime/devices/tun_queues.h"

#include <array>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stack/runtime/devices/memory_link.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/udp.h"

namespace tcpstack::runtime {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

const Address kOurs(0x0a000002);
const Address kHost(0x0a000001);

// Between our port 7 and a port of the kernel's, in either direction.
TxPacket packet_of(bool is_from_us, std::uint16_t their_port, wire::Ipv4Header header = {}) {
  constexpr std::uint16_t kOurPort = 7;
  TxPacket packet;
  if (header.protocol == 0) header.protocol = static_cast<std::uint8_t>(wire::Protocol::udp);
  header.source = is_from_us ? kOurs : kHost;
  header.destination = is_from_us ? kHost : kOurs;
  wire::write_ipv4(header, wire::kUdpHeaderSize, packet.headers);
  wire::write_udp({.source_port = is_from_us ? kOurPort : their_port,
                   .destination_port = is_from_us ? their_port : kOurPort,
                   .data = {}},
                  header.source, header.destination,
                  MutableBytes(packet.headers).subspan(wire::kIpv4HeaderSize));
  packet.headers_size = wire::kIpv4HeaderSize + wire::kUdpHeaderSize;
  return packet;
}
TxPacket packet_to(std::uint16_t port, wire::Ipv4Header header = {}) {
  return packet_of(true, port, header);
}
TxPacket packet_from(std::uint16_t port, wire::Ipv4Header header = {}) {
  return packet_of(false, port, header);
}

// ---- two queues, each the end of a link in memory ---------------------------------------------------------

class TunQueues : public testing::Test {
 protected:
  TunQueues() {
    std::vector<std::unique_ptr<packet_device>> ours;
    for (auto& far : far_) {
      auto link = make_memory_link(io_.get_executor());
      ours.push_back(std::move(link.first));
      far = std::move(link.second);
    }
    device_ = std::make_unique<tun_queues>(std::move(ours));
    device_->on_readable([this] { ++told_; });
  }

  void settle() {
    io_.restart();
    io_.run();
  }

  // Packets that arrive by queue `number`.
  void arrive(std::size_t number, unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      far_[number]->send(packet_from(static_cast<std::uint16_t>(number)));
    }
    settle();
  }

  // One arrives by queue `number`, and is taken.
  void hear(std::size_t number, const TxPacket& packet) {
    device_->wait_readable();
    far_[number]->send(packet);
    settle();
    EXPECT_EQ(taken(*device_).size(), 1u);
  }

  // The queue by which a packet leaves.
  std::size_t queue_of(const TxPacket& packet) {
    device_->send(packet);
    settle();
    const std::size_t by_first = taken(*far_[0]).size();
    EXPECT_EQ(by_first + taken(*far_[1]).size(), 1u);
    return by_first == 1 ? 0 : 1;
  }

  // The ports that a batch has come from.
  static std::vector<unsigned> taken(packet_device& from) {
    error_code ec;
    std::vector<unsigned> ports;
    for (const RxPacket& packet : from.receive(ec)) {
      ports.push_back(load_be16(packet.bytes.data() + wire::kIpv4HeaderSize));
    }
    EXPECT_FALSE(ec);
    return ports;
  }

  boost::asio::io_context io_;
  std::array<std::unique_ptr<packet_device>, 2> far_;
  std::unique_ptr<tun_queues> device_;
  int told_ = 0;
};

// ---- by which queue a packet leaves ----

TEST_F(TunQueues, AFlowIsAnsweredWhereItWasHeardLast) {
  for (std::uint16_t port = 40000; port < 40004; ++port) {
    for (const std::size_t number : {0u, 1u, 0u}) {
      hear(number, packet_from(port));
      EXPECT_EQ(queue_of(packet_to(port)), number) << port;
      EXPECT_EQ(queue_of(packet_to(port)), number) << port;
    }
  }
}

TEST_F(TunQueues, EachOfManyFlowsKeepsItsQueue) {
  for (std::uint16_t port = 40000; port < 41000; ++port) hear(port % 2, packet_from(port));
  for (std::uint16_t port = 40000; port < 41000; ++port) {
    EXPECT_EQ(queue_of(packet_to(port)), port % 2) << port;
  }
}

TEST_F(TunQueues, FlowsThatWereNotHeardAreSpreadEvenly) {
  for (const unsigned step : {1u, 2u}) {
    std::size_t by_second = 0;
    for (unsigned i = 0; i < 64; ++i) {
      const auto packet = packet_to(static_cast<std::uint16_t>(40000 + i * step));
      by_second += queue_of(packet);
      EXPECT_EQ(queue_of(packet), queue_of(packet));
    }
    EXPECT_THAT(by_second, testing::AllOf(testing::Ge(28u), testing::Le(36u))) << step;
  }
}

// All but the first have no ports, and none shall pass another.
TEST_F(TunQueues, FragmentsGoTogether) {
  for (const std::size_t number : {0u, 1u}) {
    hear(number, packet_from(40000, {.more_fragments = true}));
    EXPECT_EQ(queue_of(packet_to(40001, {.more_fragments = true})), number);
    EXPECT_EQ(queue_of(packet_to(40002, {.fragment_offset = 1480})), number);
  }
}

TEST_F(TunQueues, PacketsOfICMPGoTogether) {
  const auto icmp = static_cast<std::uint8_t>(wire::Protocol::icmp);
  for (const std::size_t number : {0u, 1u}) {
    hear(number, packet_from(40000, {.protocol = icmp}));
    EXPECT_EQ(queue_of(packet_to(40001, {.protocol = icmp})), number);
  }
}

TEST_F(TunQueues, WhatIsNoIPv4IsPassedOn) {
  TxPacket stray = packet_from(40000);
  stray.headers[0] = 0x65;
  hear(1, stray);
  stray.headers_size = 3;
  device_->wait_readable();
  far_[0]->send(stray);
  settle();
  error_code ec;
  EXPECT_EQ(device_->receive(ec).size(), 1u);
}

// ---- whose turn it is ----

TEST_F(TunQueues, EachIsHeard) {
  for (const unsigned number : {1u, 0u, 1u}) {
    device_->wait_readable();
    settle();
    arrive(number, 2);
    EXPECT_THAT(taken(*device_), ElementsAre(number, number));
  }
  EXPECT_EQ(told_, 3);
}

TEST_F(TunQueues, TheyHaveTheirTurns) {
  std::vector<unsigned> turns;
  device_->on_readable([&] {
    const auto batch = taken(*device_);
    EXPECT_THAT(batch, Each(batch.at(0))) << "a batch of two queues";
    turns.push_back(batch.at(0));
    if (turns.size() < 6) device_->wait_readable();
  });
  arrive(0, 5 * packet_device::kMaxBatch);
  arrive(1, 5 * packet_device::kMaxBatch);
  device_->wait_readable();
  settle();
  EXPECT_THAT(turns, ElementsAre(0, 1, 0, 1, 0, 1));
}

TEST_F(TunQueues, WhoBecomesReadableWhileNobodyWaitsIsHeardLater) {
  arrive(0, 1);
  arrive(1, 1);
  device_->wait_readable();
  settle();
  EXPECT_EQ(told_, 1) << "once is once";
  EXPECT_THAT(taken(*device_), ElementsAre(0));
  device_->wait_readable();
  settle();
  EXPECT_EQ(told_, 2);
  EXPECT_THAT(taken(*device_), ElementsAre(1));
}

// ---- two queues that do what the test says ----------------------------------------------------------------

// Of a device that has been deleted, and has lost packets before.
class scripted_queue final : public packet_device {
 public:
  explicit scripted_queue(send_losses losses) : losses_(losses) {}
  std::span<const RxPacket> receive(error_code& ec) override {
    ec = make_error_code(boost::system::errc::no_such_device);
    return {};
  }
  send_result send(const TxPacket& /*packet*/) override { return send_result::failed; }
  send_losses flush() override { return std::exchange(losses_, {}); }
  void wait_readable() override { ++waits; }
  void cancel() override { ++cancels; }
  void becomes_readable() { readable(); }

  int waits = 0;
  int cancels = 0;

 private:
  send_losses losses_;
};

class ScriptedQueues : public testing::Test {
 protected:
  ScriptedQueues() {
    device_.on_readable([this] { ++told_; });
  }

  std::vector<std::unique_ptr<packet_device>> queues() {
    std::vector<std::unique_ptr<packet_device>> both;
    both.emplace_back(first_);
    both.emplace_back(second_);
    return both;
  }

  // The device's own.
  scripted_queue* first_ = new scripted_queue({.would_block = 1, .failed = 20});
  scripted_queue* second_ = new scripted_queue({.would_block = 300, .failed = 4000});
  tun_queues device_{queues()};
  int told_ = 0;
};

TEST_F(ScriptedQueues, OnlyTheOneThatWasServedIsWaitedForAgain) {
  device_.wait_readable();
  second_->becomes_readable();
  device_.wait_readable();
  EXPECT_EQ(first_->waits, 1);
  EXPECT_EQ(second_->waits, 2);
}

// A handler that Asio has queued cannot be cancelled.
TEST_F(ScriptedQueues, AreSilentAfterCancel) {
  device_.wait_readable();
  device_.cancel();
  EXPECT_EQ(first_->cancels, 1);
  EXPECT_EQ(second_->cancels, 1);
  first_->becomes_readable();
  EXPECT_EQ(told_, 0);
}

TEST_F(ScriptedQueues, TellWhatBothHaveLost) {
  const send_losses losses = device_.flush();
  EXPECT_EQ(losses.would_block, 301u);
  EXPECT_EQ(losses.failed, 4020u);
  EXPECT_EQ(device_.send(packet_to(7)), send_result::failed);
}

TEST_F(ScriptedQueues, TellThatTheDeviceIsGone) {
  error_code ec;
  EXPECT_TRUE(device_.receive(ec).empty());
  EXPECT_EQ(ec, boost::system::errc::no_such_device);
}

}  // namespace
}  // namespace tcpstack::runtime
