// Fragments out: golden headers, all of the datagram in the right places, identifications.
#include "stack/ip/transmit.h"

#include <set>
#include <utility>

#include <gtest/gtest.h>

#include "stack/base/random.h"
#include "stack/ip/path_mtu.h"
#include "stack/tcp/reset.h"
#include "tests/support/hex.h"
#include "tests/support/packets.h"

namespace tcpstack::ip {
namespace {

using test::counting;
using test::Packet;

class OutboxTest : public testing::Test {
 protected:
  std::vector<Packet> send(std::size_t size) {
    outbox.push({wire::Protocol::udp, test::kThere, counting(size)});
    std::vector<Packet> packets;
    Context cx{Time{}, config, random, counters, replies, path_mtus, identifications};
    while (const auto packet = outbox.next_transmit(cx)) packets.push_back(test::flat(*packet));
    return packets;
  }

  Config config;
  base::KeyedSequence random{base::Seed(1).hash("random numbers")};
  Counters counters;
  tcp::Replies replies;
  PathMtus path_mtus{base::Seed(1)};
  Identifications identifications{base::Seed(1)};
  Outbox outbox;
};

TEST_F(OutboxTest, what_fits_goes_in_one_piece) {
  for (const std::size_t size : {1U, 100U, 1480U}) {
    const auto packets = send(size);
    ASSERT_EQ(packets.size(), 1U);
    const auto ip = wire::parse_ipv4(packets[0]).value();
    EXPECT_FALSE(ip.header.is_fragment());
    EXPECT_FALSE(ip.header.dont_fragment) << "a router may still cut it";
    EXPECT_EQ(ip.payload.size(), size);
  }
  EXPECT_EQ(counters.fragments_sent, 0U);
}

TEST_F(OutboxTest, golden_fragments) {
  config.ip.mtu = 68;
  auto packets = send(50);
  ASSERT_EQ(packets.size(), 2U);
  const std::uint16_t id = load_be16(&packets[0][4]);
  EXPECT_EQ(load_be16(&packets[1][4]), id);
  for (Packet& packet : packets) {
    EXPECT_TRUE(wire::parse_ipv4(packet)) << "checksum";
    store_be16(&packet[4], 0);
    store_be16(&packet[10], 0);
    packet.resize(20);
  }
  EXPECT_EQ(packets[0],
            test::from_hex("45 00 00 44 00 00 20 00 40 11 00 00 0a 00 00 02 0a 00 00 01"));
  EXPECT_EQ(packets[1],
            test::from_hex("45 00 00 16 00 00 00 06 40 11 00 00 0a 00 00 02 0a 00 00 01"));
}

TEST_F(OutboxTest, every_size_and_mtu_comes_apart_and_together) {
  base::Random dice(4);
  for (int round = 0; round < 300; ++round) {
    config.ip.mtu = static_cast<std::uint16_t>(68 + dice.below(3000));
    const std::size_t size = 1 + dice.below(round % 10 == 0 ? 65515 : 5000);
    Packet together;
    const auto packets = send(size);
    for (const Packet& packet : packets) {
      ASSERT_LE(packet.size(), config.ip.mtu);
      const auto ip = wire::parse_ipv4(packet).value();
      ASSERT_EQ(ip.header.fragment_offset, together.size());
      ASSERT_EQ(ip.header.more_fragments, together.size() + ip.payload.size() < size);
      together.insert(together.end(), ip.payload.begin(), ip.payload.end());
    }
    ASSERT_EQ(together, counting(size));
  }
}

TEST_F(OutboxTest, cuts_to_the_paths_mtu) {
  const Context cx{Time{}, config, random, counters, replies, path_mtus, identifications};
  EXPECT_TRUE(path_mtus.shrink(test::kThere, 600, 1500, cx));
  const auto packets = send(1480);
  ASSERT_EQ(packets.size(), 3U);
  EXPECT_EQ(packets[0].size(), 20U + 576U);
}

TEST_F(OutboxTest, the_text_of_packets_stays_until_something_is_pushed) {
  Context cx{Time{}, config, random, counters, replies, path_mtus, identifications};
  for (const std::size_t size : {3000U, 100U, 200U}) {
    outbox.push({wire::Protocol::udp, test::kThere, counting(size)});
  }
  std::vector<TxPacket> packets;
  std::vector<Packet> at_first;
  while (const auto packet = outbox.next_transmit(cx)) {
    packets.push_back(*packet);
    at_first.push_back(test::flat(*packet));
  }
  ASSERT_EQ(packets.size(), 5U) << "three fragments and two that need none";
  for (std::size_t i = 0; i < packets.size(); ++i)
    EXPECT_EQ(test::flat(packets[i]), at_first[i]) << i;
}

TEST_F(OutboxTest, has_room_for_so_much) {
  EXPECT_TRUE(outbox.has_room(kMaxDatagram));
  std::size_t taken = 0;
  while (outbox.has_room(60000)) {
    outbox.push({wire::Protocol::udp, test::kThere, Packet(60000)});
    ++taken;
  }
  EXPECT_EQ(taken, 17U);  // 1 MiB
  while (outbox.has_room(1)) {
    outbox.push({wire::Protocol::udp, test::kThere, Packet(1)});
    ++taken;
  }
  EXPECT_EQ(taken, 256U);
}

TEST_F(OutboxTest, identifications_do_not_repeat_soon) {  // RFC 6864 section 4.3
  std::set<std::uint16_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(identifications.next(test::kThere, 17));
  EXPECT_EQ(seen.size(), 1000U);
}

// RFC 7739 section 5.3: the values of one destination say nothing about where those of another are.
TEST_F(OutboxTest, identifications_of_each_destination_begin_elsewhere) {
  std::set<int> distances;
  int last = 0;
  for (std::uint32_t i = 1; i <= 32; ++i) {
    const int id = identifications.next(Address(0x0a000000 + i), 17);
    distances.insert(id - std::exchange(last, id));
  }
  EXPECT_GE(distances.size(), 31U);
}

}  // namespace
}  // namespace tcpstack::ip
