// The link in memory that the other tests of this folder rely on.
#include "stack/runtime/devices/memory_link.h"

#include <algorithm>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace tcpstack::runtime {
namespace {

using packets = std::vector<std::string>;

class MemoryLinkTest : public testing::Test {
 protected:
  void connect(link_options options = {}) {
    link_ = make_memory_link(io_.get_executor(), std::move(options));
    link_.second->on_readable([this] { ++notified_; });
  }

  // A packet with `header` in the headers and `text` in two spans.
  send_result send(packet_device& from, const std::string& header, const std::string& text = "") {
    TxPacket packet{};
    std::ranges::copy(header, packet.headers.begin());
    packet.headers_size = header.size();
    const Bytes bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    packet.text.push_back(bytes.first(text.size() / 2));
    packet.text.push_back(bytes.subspan(text.size() / 2));
    return from.send(packet);
  }

  packets receive(packet_device& at) {
    error_code ec;
    packets result;
    for (const RxPacket& packet : at.receive(ec)) {
      result.emplace_back(packet.bytes.begin(), packet.bytes.end());
    }
    EXPECT_FALSE(ec);
    return result;
  }

  void run() {
    io_.restart();
    io_.run();
  }

  boost::asio::io_context io_;
  memory_link link_;
  int notified_ = 0;
};

TEST_F(MemoryLinkTest, CarriesHeadersAndTextInOrder) {
  connect();
  send(*link_.first, "ab", "cdef");
  send(*link_.first, "gh");
  EXPECT_EQ(receive(*link_.second), (packets{"abcdef", "gh"}));
  EXPECT_EQ(receive(*link_.second), packets{});
}

TEST_F(MemoryLinkTest, CarriesBothWays) {
  connect();
  send(*link_.second, "back");
  EXPECT_EQ(receive(*link_.first), packets{"back"});
}

TEST_F(MemoryLinkTest, NotifiesByPostAndOnceForEveryWait) {
  connect();
  link_.second->wait_readable();
  send(*link_.first, "one");
  send(*link_.first, "two");
  EXPECT_EQ(notified_, 0);
  run();
  EXPECT_EQ(notified_, 1);
  send(*link_.first, "three");
  run();
  EXPECT_EQ(notified_, 1) << "nobody waits";
}

TEST_F(MemoryLinkTest, NotifiesOfWhatHasArrivedBefore) {
  connect();
  send(*link_.first, "early");
  link_.second->wait_readable();
  EXPECT_EQ(notified_, 0);
  run();
  EXPECT_EQ(notified_, 1);
}

TEST_F(MemoryLinkTest, DoesNotNotifyAfterCancel) {
  connect();
  link_.second->wait_readable();
  send(*link_.first, "late");
  link_.second->cancel();
  run();
  EXPECT_EQ(notified_, 0);
}

TEST_F(MemoryLinkTest, GivesABatchAtATime) {
  connect();
  for (std::size_t i = 0; i <= packet_device::kMaxBatch; ++i) send(*link_.first, "x");
  EXPECT_EQ(receive(*link_.second).size(), packet_device::kMaxBatch);
  EXPECT_EQ(receive(*link_.second).size(), 1U);
}

TEST_F(MemoryLinkTest, RefusesWhatIsLargerThanTheMtu) {
  connect({.mtu = 10});
  EXPECT_EQ(send(*link_.first, "12345", "67890"), send_result::sent);
  EXPECT_EQ(send(*link_.first, "12345", "678901"), send_result::failed);
  EXPECT_EQ(receive(*link_.second), packets{"1234567890"});
}

TEST_F(MemoryLinkTest, TheHookLosesAndAltersPackets) {
  connect({.carries = [](const passage& p) {
    if (p.number == 3) p.packet[0] = 'X';
    return p.number != 2;
  }});
  EXPECT_EQ(send(*link_.first, "a"), send_result::sent);
  EXPECT_EQ(send(*link_.first, "b"), send_result::sent) << "a loss is not seen by the sender";
  EXPECT_EQ(send(*link_.first, "c"), send_result::sent);
  EXPECT_EQ(receive(*link_.second), (packets{"a", "X"}));
}

TEST_F(MemoryLinkTest, TheHookCountsBothDirections) {
  std::vector<std::pair<std::size_t, bool>> seen;
  connect({.carries = [&](const passage& p) {
    seen.emplace_back(p.number, p.from_first);
    return true;
  }});
  send(*link_.first, "a");
  send(*link_.second, "b");
  EXPECT_EQ(seen, (std::vector<std::pair<std::size_t, bool>>{{1, true}, {2, false}}));
}

TEST_F(MemoryLinkTest, EitherEndMayGoFirst) {
  connect();
  link_.second->wait_readable();
  send(*link_.first, "a");
  link_.second.reset();
  EXPECT_EQ(send(*link_.first, "b"), send_result::sent);
  link_.first.reset();
  run();
  EXPECT_EQ(notified_, 0);
}

}  // namespace
}  // namespace tcpstack::runtime
