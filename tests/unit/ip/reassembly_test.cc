// Reassembly (RFC 815, RFC 1122 section 3.3.2): golden bytes, every refusal, the limits, the time, and random
// fragments against a model that simply writes bytes into an array.
#include "stack/ip/reassembly.h"

#include <algorithm>
#include <chrono>
#include <map>

#include <gtest/gtest.h>

#include "stack/base/random.h"
#include "stack/ip/path_mtu.h"
#include "stack/ip/transmit.h"
#include "stack/tcp/reset.h"
#include "stack/wire/checksum.h"
#include "tests/support/packets.h"

namespace tcpstack::ip {
namespace {

using namespace std::chrono_literals;
using test::counting;
using test::Packet;

constexpr std::uint16_t kId = 7;

wire::Ipv4Header header(std::size_t offset, bool more, std::uint16_t id = kId) {
  return {.identification = id,
          .more_fragments = more,
          .fragment_offset = static_cast<std::uint16_t>(offset),
          .protocol = 17,
          .source = test::kThere,
          .destination = test::kHere};
}

// Four bytes of options: "no operation".
Packet with_options(Packet packet) {
  packet.insert(packet.begin() + 20, {1, 1, 1, 1});
  packet[0] = 0x46;
  store_be16(&packet[2], static_cast<std::uint16_t>(packet.size()));
  store_be16(&packet[10], 0);
  store_be16(&packet[10], wire::internet_checksum(Bytes(packet).first(24)));
  return packet;
}

class ReassemblyTest : public testing::Test {
 protected:
  // "complete", "", or the name of the drop.
  std::string add(const Packet& packet) {
    Context cx = context();
    const auto result = reassembly.add(wire::parse_ipv4(packet).value(), cx);
    if (!result) return name(result.error());
    if (!*result) return "";
    const Bytes data = (*result)->payload;
    payload.assign(data.begin(), data.end());
    whole.assign((*result)->whole.begin(), (*result)->whole.end());
    return "complete";
  }
  // A fragment with bytes `offset` to `end` of counting().
  std::string add(std::size_t offset, std::size_t end, bool more, std::uint16_t id = kId) {
    return add(test::ip_packet(header(offset, more, id), Bytes(counting(end)).subspan(offset)));
  }
  Context context() { return {now, config, random, counters, replies, path_mtus, identifications}; }

  Config config;
  base::KeyedSequence random{base::Seed(1).hash("random numbers")};
  Counters counters;
  tcp::Replies replies;
  PathMtus path_mtus{base::Seed(1)};
  Identifications identifications{base::Seed(1)};
  Time now{};
  Reassembly reassembly;
  Packet payload;
  Packet whole;
};

TEST_F(ReassemblyTest, in_order) {
  EXPECT_EQ(add(0, 16, true), "");
  EXPECT_EQ(add(16, 24, true), "");
  EXPECT_EQ(add(24, 25, false), "complete");
  EXPECT_EQ(payload, counting(25));
  EXPECT_EQ(reassembly.datagrams(), 0U);
  EXPECT_EQ(reassembly.bytes(), 0U);
}

TEST_F(ReassemblyTest, gives_a_datagram_that_was_never_cut) {
  wire::Ipv4Header uncut = header(0, false);
  uncut.ecn = wire::Ecn::ect0;
  uncut.dscp = 10;
  wire::Ipv4Header first = uncut;
  first.more_fragments = true;
  wire::Ipv4Header second = uncut;
  second.fragment_offset = 8;
  const Packet text = counting(13);
  EXPECT_EQ(add(test::ip_packet(second, Bytes(text).subspan(8))), "");
  EXPECT_EQ(add(test::ip_packet(first, Bytes(text).first(8))), "complete");
  EXPECT_EQ(whole, test::ip_packet(uncut, text));
}

TEST_F(ReassemblyTest, keeps_the_first_fragments_options) {
  EXPECT_EQ(add(with_options(test::ip_packet(header(0, true), counting(8)))), "");
  EXPECT_EQ(add(8, 10, false), "complete");
  EXPECT_EQ(whole.size(), 34U);
  EXPECT_EQ(whole[0], 0x46);
  EXPECT_EQ(payload, counting(10));
}

TEST_F(ReassemblyTest, keeps_datagrams_apart) {
  EXPECT_EQ(add(0, 8, true, 1), "");
  EXPECT_EQ(add(0, 16, true, 2), "");
  wire::Ipv4Header other = header(8, false, 1);
  other.protocol = 1;
  EXPECT_EQ(add(test::ip_packet(other, counting(3))), "");
  other = header(8, false, 1);
  other.source = Address(0x0a000003);
  EXPECT_EQ(add(test::ip_packet(other, counting(3))), "");
  EXPECT_EQ(reassembly.datagrams(), 4U);
  EXPECT_EQ(add(8, 9, false, 1), "complete");
  EXPECT_EQ(payload, counting(9));
}

TEST_F(ReassemblyTest, refuses_sizes_that_cannot_be) {
  EXPECT_EQ(add(0, 9, true), "ip_fragment_size");
  EXPECT_EQ(add(0, 0, true), "ip_fragment_size");
  EXPECT_EQ(add(8, 8, false), "ip_fragment_size");
  EXPECT_EQ(reassembly.datagrams(), 0U);
}

TEST_F(ReassemblyTest, refuses_the_ping_of_death) {
  EXPECT_EQ(add(65512, 65516, false), "ip_fragment_too_long");  // 65,536 bytes with the header
  EXPECT_EQ(add(65512, 65512 + 1480, true), "ip_fragment_too_long");
  EXPECT_EQ(add(65512, 65515, false), "");
}

TEST_F(ReassemblyTest, refuses_what_options_make_too_long) {
  EXPECT_EQ(add(with_options(test::ip_packet(header(0, true), counting(65504)))), "");
  EXPECT_EQ(add(65504, 65514, false), "ip_fragment_too_long");
  EXPECT_EQ(reassembly.bytes(), 0U);
}

TEST_F(ReassemblyTest, an_overlap_ends_the_datagram) {
  EXPECT_EQ(add(0, 16, true), "");
  EXPECT_EQ(add(8, 24, true), "ip_fragment_overlap");
  EXPECT_EQ(reassembly.bytes(), 0U);
  // RFC 5722: "including those not yet received".
  EXPECT_EQ(add(0, 16, true), "ip_fragment_refused");
  EXPECT_EQ(add(16, 24, false), "ip_fragment_refused");
  now += 30s;
  Context cx = context();
  EXPECT_FALSE(reassembly.pop_expired(cx)) << "nothing to report about it";
  EXPECT_EQ(reassembly.datagrams(), 0U);
}

TEST_F(ReassemblyTest, every_kind_of_overlap_is_one) {
  const std::pair<std::size_t, std::size_t> overlaps[] = {{0, 40},  {8, 24},  {16, 32},
                                                          {16, 24}, {24, 32}, {24, 40}};
  std::uint16_t id = 0;
  for (const auto& [begin, end] : overlaps) {
    EXPECT_EQ(add(16, 32, true, ++id), "");
    const Packet bytes(end - begin, 0xee);
    EXPECT_EQ(add(test::ip_packet(header(begin, true, id), bytes)), "ip_fragment_overlap")
        << begin << " to " << end;
  }
}

TEST_F(ReassemblyTest, a_duplicate_is_no_overlap) {
  EXPECT_EQ(add(0, 16, true), "");
  EXPECT_EQ(add(0, 16, true), "ip_fragment_duplicate");
  EXPECT_EQ(add(16, 20, false), "complete");
}

TEST_F(ReassemblyTest, refuses_contradictions_about_the_end) {
  EXPECT_EQ(add(16, 20, false, 1), "");
  EXPECT_EQ(add(24, 32, true, 1), "ip_fragment_end") << "beyond the end";
  EXPECT_EQ(add(16, 20, false, 2), "");
  EXPECT_EQ(add(8, 16, false, 2), "ip_fragment_end") << "a second end";
  EXPECT_EQ(add(24, 32, true, 3), "");
  EXPECT_EQ(add(8, 16, false, 3), "ip_fragment_end") << "an end before what has come";
}

TEST_F(ReassemblyTest, congestion_marks_survive) {  // RFC 3168 section 5.3
  wire::Ipv4Header first = header(0, true);
  wire::Ipv4Header last = header(8, false);
  first.ecn = wire::Ecn::ect0;
  last.ecn = wire::Ecn::ce;
  EXPECT_EQ(add(test::ip_packet(first, counting(8))), "");
  EXPECT_EQ(add(test::ip_packet(last, counting(8))), "complete");
  EXPECT_EQ(wire::parse_ipv4(whole)->header.ecn, wire::Ecn::ce);
  first.ecn = wire::Ecn::not_ect;
  EXPECT_EQ(add(test::ip_packet(first, counting(8))), "");
  EXPECT_EQ(add(test::ip_packet(last, counting(8))), "ip_fragment_ecn");
}

TEST_F(ReassemblyTest, limits_the_fragments_of_a_datagram) {
  config.ip.reassembly_fragments = 3;
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(add(16 * i, 16 * i + 8, true), "");
  EXPECT_EQ(add(48, 56, true), "ip_fragment_limit");
  EXPECT_EQ(add(64, 72, true), "ip_fragment_refused");
}

TEST_F(ReassemblyTest, the_oldest_makes_way_when_there_are_too_many) {
  config.ip.reassembly_datagrams = 2;
  EXPECT_EQ(add(0, 8, true, 1), "");
  EXPECT_EQ(add(0, 8, true, 2), "");
  EXPECT_EQ(add(0, 8, true, 3), "");
  EXPECT_EQ(counters.of(Drop::ip_fragment_limit), 1U);
  EXPECT_EQ(reassembly.datagrams(), 2U);
  EXPECT_EQ(add(8, 9, false, 2), "complete");
}

TEST_F(ReassemblyTest, the_oldest_makes_way_when_there_are_too_many_bytes) {
  config.ip.reassembly_bytes = 4000;
  EXPECT_EQ(add(0, 1480, true, 1), "");
  EXPECT_EQ(add(0, 1480, true, 2), "");
  EXPECT_EQ(add(0, 1480, true, 3), "");
  EXPECT_LE(reassembly.bytes(), config.ip.reassembly_bytes);
  EXPECT_EQ(counters.of(Drop::ip_fragment_limit), 1U);
  EXPECT_EQ(add(1480, 1481, false, 1), "ip_fragment_refused");
  EXPECT_EQ(add(1480, 1481, false, 3), "complete");
  // One alone that is larger than all there is.
  EXPECT_EQ(add(0, 3000 / 8 * 8, true, 4), "");
  EXPECT_EQ(add(4000, 5600, true, 4), "ip_fragment_limit");
  EXPECT_EQ(counters.of(Drop::ip_fragment_limit), 2U) << "datagram 2, too";
  EXPECT_EQ(reassembly.bytes(), 0U);
}

TEST_F(ReassemblyTest, gives_up_after_its_time) {
  EXPECT_FALSE(reassembly.next_deadline());
  EXPECT_EQ(add(0, 16, true, 1), "");
  now += 10s;
  EXPECT_EQ(add(16, 32, true, 1), "") << "does not prolong it";
  EXPECT_EQ(add(8, 16, true, 2), "");
  EXPECT_EQ(reassembly.next_deadline(), Time{} + 30s);
  now = Time{} + 30s - 1us;
  Context early = context();
  EXPECT_FALSE(reassembly.pop_expired(early));
  now += 1us;
  Context cx = context();
  const auto expired = reassembly.pop_expired(cx);
  ASSERT_TRUE(expired);
  EXPECT_EQ(expired->first, test::ip_packet(header(0, true, 1), counting(16)));
  EXPECT_FALSE(reassembly.pop_expired(cx));
  now += 10s;
  Context later = context();
  const auto second = reassembly.pop_expired(later);
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->first.empty()) << "its first fragment never came";
  EXPECT_EQ(counters.of(Drop::ip_reassembly_timeout), 2U);
}

// The fragments of an honest sender, in any order, some of them twice, of many datagrams at once.
TEST_F(ReassemblyTest, random_honest_fragments) {
  base::Random dice(2);
  for (int round = 0; round < 200; ++round) {
    std::vector<Packet> packets;
    std::vector<Packet> originals;
    for (std::uint16_t id = 0; id < 5; ++id) {
      originals.push_back(test::ip_packet(header(0, false, id), counting(1 + dice.below(9000))));
      const std::size_t mtu = 68 + dice.below(1500);
      for (Packet& piece : test::fragments(originals.back(), mtu, id)) {
        if (load_be16(&piece[6]) != 0) packets.push_back(std::move(piece));
      }
    }
    for (std::size_t i = packets.size(); i > 1; --i) {
      std::swap(packets[i - 1], packets[dice.below(static_cast<std::uint32_t>(i))]);
    }
    std::size_t complete = 0;
    for (const Packet& packet : packets) {
      const std::string result = add(packet);
      ASSERT_TRUE(result.empty() || result == "complete") << result;
      if (result.empty()) continue;
      ++complete;
      ASSERT_TRUE(std::ranges::any_of(originals, [this](const Packet& original) {
        return std::ranges::equal(Bytes(original).subspan(20), payload);
      }));
    }
    ASSERT_EQ(reassembly.datagrams(), 0U);
    ASSERT_LE(complete, originals.size());
  }
}

// Fragments from anybody: a naive model decides the result of each.
TEST_F(ReassemblyTest, random_hostile_fragments) {
  struct Model {
    std::map<std::size_t, std::uint8_t> bytes;
    std::optional<std::size_t> end;
    bool refused = false;
  };
  base::Random dice(3);
  for (int round = 0; round < 2000; ++round) {
    Model model;
    const auto id = static_cast<std::uint16_t>(round);
    for (int step = 0; step < 8 && !model.refused; ++step) {
      const std::size_t begin = 8 * dice.below(5);
      const bool more = dice.chance(0.7);
      const std::size_t size = more ? 8 * (1 + dice.below(2)) : 1 + dice.below(16);
      std::size_t known = 0;
      for (std::size_t i = begin; i < begin + size; ++i) known += model.bytes.count(i);
      const std::string result = add(begin, begin + size, more, id);
      if (result == "ip_fragment_duplicate") {
        ASSERT_EQ(known, size);
        continue;
      }
      const bool beyond = model.end && begin + size > *model.end;
      const bool second_end = !more && model.end;
      const bool before = !more && !model.bytes.empty() && model.bytes.rbegin()->first >= begin;
      const bool wrong = known > 0 || beyond || second_end || before;
      ASSERT_EQ(result.starts_with("ip_fragment"), wrong) << result;
      model.refused = wrong;
      for (std::size_t i = begin; i < begin + size; ++i) model.bytes[i] = 0;
      if (!more) model.end = begin + size;
      if (wrong) continue;
      const bool is_whole = model.end == model.bytes.size();
      ASSERT_EQ(result == "complete", is_whole);
      if (!is_whole) continue;
      ASSERT_EQ(payload, counting(model.bytes.size()));
      model = {};
    }
    now += 31s;
    Context cx = context();
    while (reassembly.pop_expired(cx)) continue;
    ASSERT_EQ(reassembly.bytes(), 0U);
    ASSERT_EQ(reassembly.datagrams(), 0U);
  }
}

}  // namespace
}  // namespace tcpstack::ip
