// A path that takes smaller packets: RFC 1191 section 6, and black holes, RFC 4821.
#include "stack/tcp/send/path_mtu.h"

#include <algorithm>
#include <chrono>

#include <gtest/gtest.h>

#include "tests/support/stack_host.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;
using test::counting;
using test::Packet;
using test::StackHost;
using test::TcpPeer;

class TcpPathMtuTest : public testing::Test {
 protected:
  static Config plain() {
    Config config;
    config.tcp.timestamps = false;
    config.tcp.sack = false;
    config.tcp.tail_loss_probe = false;
    config.tcp.nagle = false;
    return config;
  }
  // The text sizes of the segments sent since the last call.
  std::vector<std::size_t> sizes(StackHost& of) {
    std::vector<std::size_t> result;
    latest = of.take_sent();
    for (const Packet& packet : latest) result.push_back(packet.size() - 40);
    return result;
  }
  ConnectionId sends(std::size_t size) {
    const auto id = peer.connects();
    EXPECT_TRUE(host.stack.send(id, counting(size), host.now));
    host.drain();
    return id;
  }
  static std::uint32_t sequence(const Packet& packet) { return load_be32(&packet[24]); }
  static bool dont_fragment(const Packet& packet) { return (packet[6] & 0x40) != 0; }

  StackHost host{plain()};
  TcpPeer peer{host};
  std::vector<Packet> latest;
};

TEST_F(TcpPathMtuTest, what_is_in_flight_goes_out_again_in_smaller_segments) {
  const auto id = sends(3000);
  EXPECT_EQ(sizes(host), (std::vector<std::size_t>{1460, 1460, 80}));
  EXPECT_TRUE(dont_fragment(latest[0]));
  const std::uint32_t first = sequence(latest[0]);
  const auto cwnd = host.stack.tcb(id)->sender->recovery.window.cwnd;
  host.arrives(test::fragmentation_needed(1000, latest[1]));
  EXPECT_EQ(sizes(host), (std::vector<std::size_t>{960, 960, 960, 40})) << "the 80 were not lost";
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(sequence(latest[i]), first + 960 * i);
  const Tcb& tcb = *host.stack.tcb(id);
  EXPECT_EQ(tcb.sender->recovery.window.cwnd, cwnd) << "RFC 1191 section 6.4";
  EXPECT_EQ(tcb.flight.pipe(), 3000U);
  EXPECT_EQ(tcb.snd.smss, 960U);
  peer.acknowledges(3001);
  ASSERT_TRUE(host.stack.send(id, counting(2000), host.now));
  host.drain();
  EXPECT_EQ(sizes(host), (std::vector<std::size_t>{960, 960, 80}));
}

// As many packets as are needed, and within cwnd: ten segments of 1460 bytes are 13 of 1160.
TEST_F(TcpPathMtuTest, whole_windows_go_out_again_in_as_few_segments_as_possible) {
  const auto id = sends(14600);
  EXPECT_EQ(sizes(host).size(), 10U);
  host.arrives(test::fragmentation_needed(1200, latest[0]));
  const auto smaller = sizes(host);
  EXPECT_EQ(smaller.size(), 13U);
  EXPECT_EQ(std::count(smaller.begin(), smaller.end(), 1160U), 12);
  EXPECT_EQ(smaller.back(), 14600U - 12 * 1160);
  const Tcb& tcb = *host.stack.tcb(id);
  EXPECT_LE(tcb.flight.pipe(), tcb.sender->recovery.window.cwnd);
  peer.acknowledges(14601);
  EXPECT_EQ(tcb.flight.pipe(), 0U);
}

// Linux: IP_MTU_DISCOVER.
TEST_F(TcpPathMtuTest, the_user_decides_whether_routers_may_cut) {
  const auto id = peer.connects();
  const std::pair<PathMtuDiscovery, bool> cases[] = {{PathMtuDiscovery::want, true},
                                                     {PathMtuDiscovery::dont, false},
                                                     {PathMtuDiscovery::force, true},
                                                     {PathMtuDiscovery::probe, true}};
  for (const auto& [discovery, refused] : cases) {
    auto options = host.stack.options(id).value();
    options.path_mtu_discovery = discovery;
    ASSERT_TRUE(host.stack.set_options(id, options, host.now));
    ASSERT_TRUE(host.stack.send(id, counting(100), host.now));
    host.drain();
    ASSERT_EQ(sizes(host), std::vector<std::size_t>{100});
    EXPECT_EQ(dont_fragment(latest[0]), refused) << static_cast<int>(discovery);
  }
}

TEST_F(TcpPathMtuTest, forced_discovery_asks_for_dont_fragment_on_the_smallest_link) {
  const auto id = sends(1460);
  sizes(host);
  host.arrives(test::fragmentation_needed(300, latest[0]));
  host.drain();
  sizes(host);
  ASSERT_FALSE(latest.empty());
  EXPECT_FALSE(dont_fragment(latest[0])) << "RFC 1191 would need segments that we do not send";
  auto options = host.stack.options(id).value();
  options.path_mtu_discovery = PathMtuDiscovery::force;
  ASSERT_TRUE(host.stack.set_options(id, options, host.now));
  ASSERT_TRUE(host.stack.send(id, counting(100), host.now));
  host.drain();
  ASSERT_EQ(sizes(host), std::vector<std::size_t>{100});
  EXPECT_TRUE(dont_fragment(latest[0]));
}

TEST_F(TcpPathMtuTest, a_fin_stays_behind_the_text) {
  const auto id = peer.connects();
  ASSERT_TRUE(host.stack.send(id, counting(1400), host.now));
  ASSERT_TRUE(host.stack.close(id, host.now));
  host.drain();
  EXPECT_EQ(sizes(host), (std::vector<std::size_t>{1400}));
  EXPECT_EQ(latest[0][33] & 1, 1);
  host.arrives(test::fragmentation_needed(1000, latest[0]));
  EXPECT_EQ(sizes(host), (std::vector<std::size_t>{960, 440}));
  EXPECT_EQ(latest[0][33] & 1, 0);
  EXPECT_EQ(latest[1][33] & 1, 1);
}

TEST_F(TcpPathMtuTest, is_not_made_larger_or_repeated) {
  sends(3000);
  sizes(host);
  const Packet text = latest[0];
  host.arrives(test::fragmentation_needed(1000, text));
  sizes(host);
  host.arrives(test::fragmentation_needed(1000, text));
  host.arrives(test::fragmentation_needed(1400, text));
  host.arrives(test::fragmentation_needed(9000, text));
  EXPECT_EQ(host.drops(Drop::icmp_path_mtu), 3U);
  EXPECT_TRUE(host.sent.empty());
}

TEST_F(TcpPathMtuTest, needs_a_segment_in_flight) {
  const auto id = sends(3000);
  sizes(host);
  Packet forged = latest[0];
  store_be32(&forged[24], sequence(forged) + 3000);
  host.arrives(test::fragmentation_needed(600, forged));
  EXPECT_EQ(host.drops(Drop::icmp_no_connection), 1U);
  EXPECT_EQ(host.stack.tcb(id)->snd.smss, 1460U);
}

TEST_F(TcpPathMtuTest, guesses_when_the_router_does_not_say) {
  sends(3000);
  sizes(host);
  host.arrives(test::fragmentation_needed(0, latest[0]));
  EXPECT_EQ(sizes(host), (std::vector<std::size_t>{1452, 1452, 16}));
}

TEST_F(TcpPathMtuTest, tiny_links_get_fragments) {
  sends(1460);
  sizes(host);
  host.arrives(test::fragmentation_needed(68, latest[0]));
  EXPECT_EQ(sizes(host), (std::vector<std::size_t>{512, 512, 436}));
  EXPECT_FALSE(dont_fragment(latest[0]));
  EXPECT_NE(load_be16(&latest[0][4]), load_be16(&latest[1][4])) << "RFC 6864";
}

TEST_F(TcpPathMtuTest, is_forgotten_after_ten_minutes) {
  const auto id = sends(3000);
  sizes(host);
  host.arrives(test::fragmentation_needed(1000, latest[0]));
  peer.acknowledges(3001);
  host.passes(10min);
  sizes(host);
  ASSERT_TRUE(host.stack.send(id, counting(1460), host.now));
  host.drain();
  EXPECT_EQ(sizes(host), (std::vector<std::size_t>{1460}));
}

TEST_F(TcpPathMtuTest, holds_for_new_connections_to_the_host) {
  sends(3000);
  sizes(host);
  host.arrives(test::fragmentation_needed(1000, latest[0]));
  const auto id = host.stack.open({test::kThere, 7}, {}, host.now).value();
  EXPECT_EQ(host.stack.tcb(id)->snd.path_mtu, 1000);
}

TEST_F(TcpPathMtuTest, black_holes_are_found_by_option) {  // RFC 4821 section 7.7
  Config config = plain();
  config.tcp.black_hole_detection = true;
  StackHost careful(config);
  TcpPeer other(careful);
  const auto id = other.connects();
  ASSERT_TRUE(careful.stack.send(id, counting(1460), careful.now));
  careful.drain();
  careful.passes(20s);
  const auto careful_sizes = sizes(careful);
  EXPECT_EQ(std::vector(careful_sizes.begin(), careful_sizes.begin() + 6),
            (std::vector<std::size_t>{1460, 1460, 1460, 1024, 512, 512}));
  EXPECT_EQ(careful.stack.tcb(id)->snd.path_mtu, 552);
  other.acknowledges(513);
  EXPECT_EQ(sizes(careful).front(), 512U);

  sends(1460);
  host.passes(20s);
  for (const std::size_t size : sizes(host)) EXPECT_EQ(size, 1460U) << "not by default";
}

TEST_F(TcpPathMtuTest, a_small_segment_is_no_sign_of_a_black_hole) {
  Config config = plain();
  config.tcp.black_hole_detection = true;
  StackHost careful(config);
  TcpPeer other(careful);
  const auto id = other.connects();
  ASSERT_TRUE(careful.stack.send(id, counting(500), careful.now));
  careful.drain();
  careful.passes(20s);
  EXPECT_EQ(careful.stack.tcb(id)->snd.path_mtu, 1500);
}

}  // namespace
}  // namespace tcpstack::tcp
