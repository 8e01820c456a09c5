// The table of path MTUs: only ever smaller, by a router's word or by the plateaus, and forgotten in time.
#include "stack/ip/path_mtu.h"

#include <chrono>

#include <gtest/gtest.h>

#include "stack/ip/transmit.h"
#include "stack/tcp/reset.h"

namespace tcpstack::ip {
namespace {

using namespace std::chrono_literals;

const Address kPeer(0x0a000001);

class PathMtuTest : public testing::Test {
 protected:
  bool shrink(std::uint16_t next_hop_mtu, std::uint16_t total_length, Address peer = kPeer) {
    const Context cx{now, config, random, counters, replies, mtus, identifications};
    return mtus.shrink(peer, next_hop_mtu, total_length, cx);
  }
  std::uint16_t mtu(Address peer = kPeer) { return mtus.mtu(peer, config); }

  Config config;
  base::KeyedSequence random{base::Seed(1).hash("random numbers")};
  Counters counters;
  tcp::Replies replies;
  PathMtus mtus{base::Seed(1)};
  Identifications identifications{base::Seed(1)};
  Time now{};
};

TEST_F(PathMtuTest, is_the_devices_as_long_as_nobody_says_otherwise) {
  EXPECT_EQ(mtu(), 1500);
  EXPECT_FALSE(mtus.needs_fragments(kPeer));
  EXPECT_FALSE(mtus.next_deadline());
}

TEST_F(PathMtuTest, takes_a_routers_word) {
  EXPECT_TRUE(shrink(1400, 1500));
  EXPECT_EQ(mtu(), 1400);
  EXPECT_EQ(mtu(Address(0x0a000003)), 1500);
  EXPECT_TRUE(shrink(1300, 1400));
  EXPECT_EQ(mtu(), 1300);
}

TEST_F(PathMtuTest, is_never_raised_by_it) {  // RFC 1191 section 3
  EXPECT_TRUE(shrink(1400, 1500));
  EXPECT_FALSE(shrink(1400, 1500));
  EXPECT_FALSE(shrink(1450, 1500));
  EXPECT_FALSE(shrink(9000, 65535));
  EXPECT_EQ(mtu(), 1400);
}

TEST_F(PathMtuTest, does_not_believe_that_what_fits_does_not) {
  EXPECT_FALSE(shrink(1000, 1000));
  EXPECT_FALSE(shrink(1000, 600));
  EXPECT_EQ(mtu(), 1500);
}

TEST_F(PathMtuTest, guesses_for_routers_that_do_not_say) {  // RFC 1191 section 7
  config.ip.mtu = 65535;
  config.ip.path_mtu_min = 68;
  for (const int plateau : {32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68}) {
    EXPECT_TRUE(shrink(0, mtu())) << plateau;
    EXPECT_EQ(mtu(), plateau);
  }
  EXPECT_FALSE(shrink(0, 68));
  EXPECT_EQ(mtu(), 68);
}

TEST_F(PathMtuTest, lets_routers_fragment_on_tiny_links) {
  EXPECT_TRUE(shrink(300, 1500));
  EXPECT_EQ(mtu(), 552);
  EXPECT_TRUE(mtus.needs_fragments(kPeer));
  EXPECT_FALSE(shrink(68, 552)) << "that is known already";
  // The device's own MTU may be smaller than the least that we believe.
  config.ip.mtu = 300;
  const Address other(0x0a000003);
  EXPECT_TRUE(shrink(100, 300, other));
  EXPECT_EQ(mtu(other), 300);
  EXPECT_TRUE(mtus.needs_fragments(other));
}

TEST_F(PathMtuTest, forgets_after_ten_minutes) {  // RFC 1191 section 6.3
  EXPECT_TRUE(shrink(1400, 1500));
  now += 5min;
  EXPECT_TRUE(shrink(1300, 1400));
  EXPECT_EQ(mtus.next_deadline(), Time{} + 15min);
  EXPECT_FALSE(mtus.pop_expired(Time{} + 15min - 1us));
  EXPECT_EQ(mtus.pop_expired(Time{} + 15min), kPeer);
  EXPECT_FALSE(mtus.pop_expired(Time{} + 15min));
  EXPECT_EQ(mtu(), 1500);
}

TEST_F(PathMtuTest, remembers_a_limited_number) {
  config.ip.path_mtu_entries = 3;
  for (std::uint32_t i = 0; i < 10; ++i) {
    now += 1s;
    EXPECT_TRUE(shrink(1400, 1500, Address(0x0a000100 + i)));
  }
  EXPECT_EQ(mtus.size(), 3U);
  EXPECT_EQ(mtu(Address(0x0a000109)), 1400);
  EXPECT_EQ(mtu(Address(0x0a000100)), 1500);
}

}  // namespace
}  // namespace tcpstack::ip
