// Super-segments: their size, when there is none, and their treatment by loss recovery.
#include "stack/tcp/send/super_segment.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include <gtest/gtest.h>

#include "stack/stack.h"
#include "stack/wire/checksum.h"
#include "tests/support/packets.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;
using test::counting;
using test::Packet;

constexpr std::uint32_t kMss = 1448;  // of an MTU of 1500, beside timestamps
constexpr Endpoint kServer{test::kThere, 7};

struct Carried {
  Packet bytes;
  Offload offload;

  [[nodiscard]] wire::TcpHeader header() const {
    const auto ip = wire::parse_ipv4(bytes).value();
    return wire::parse_tcp(ip.payload, ip.header.source, ip.header.destination, false)->header;
  }
  [[nodiscard]] std::uint32_t text_size() const {
    const auto ip = wire::parse_ipv4(bytes).value();
    const auto tcp = wire::parse_tcp(ip.payload, ip.header.source, ip.header.destination, false);
    return static_cast<std::uint32_t>(tcp->text.size());
  }
};

// The device's result: separate segments with complete checksums.
std::vector<Carried> cut(const Carried& packet) {
  const auto ip = wire::parse_ipv4(packet.bytes).value();
  const auto tcp = wire::parse_tcp(ip.payload, ip.header.source, ip.header.destination, false);
  const std::size_t size =
      packet.offload.segment_size != 0 ? packet.offload.segment_size : tcp->text.size() + 1;
  std::vector<Carried> segments;
  for (std::size_t at = 0; at == 0 || at < tcp->text.size(); at += size) {
    wire::TcpHeader header = tcp->header;
    header.sequence += static_cast<std::uint32_t>(at);
    const Bytes text = tcp->text.subspan(at, std::min(size, tcp->text.size() - at));
    header.control.psh = header.control.psh && at + size >= tcp->text.size();
    TxPacket segment;
    const std::size_t header_size =
        wire::write_tcp(header, MutableBytes(segment.headers).subspan(20));
    segment.headers_size = 20 + header_size;
    if (!text.empty()) segment.text.push_back(text);
    wire::finish_tcp_checksum(MutableBytes(segment.headers).subspan(20, header_size), segment.text,
                              ip.header.source, ip.header.destination);
    wire::write_ipv4(ip.header, header_size + text.size(), segment.headers);
    segments.push_back({test::flat(segment), {}});
  }
  return segments;
}

class SuperSegmentTest : public testing::Test {
 protected:
  static Config config_of(Address address, bool sack) {
    Config config;
    config.ip.address = address;
    config.ip.offload = address == test::kHere;
    config.tcp.sack = sack;
    return config;
  }

  explicit SuperSegmentTest(bool sack = true)
      : sender(config_of(test::kHere, sack), 1), receiver(config_of(test::kThere, sack), 2) {
    const ListenerId listener = receiver.listen(kServer).value();
    id = sender.open(kServer, Endpoint{}, now).value();
    for (int round = 0; round < 2; ++round) {
      deliver(take(sender), receiver);
      now += 10ms;
      deliver(take(receiver), sender);
    }
    accepted = receiver.accept(listener, now).value();
  }

  std::vector<Carried> take(Stack& from) const {
    std::vector<Carried> sent;
    while (const auto packet = from.poll_transmit(now))
      sent.push_back({test::flat(*packet), packet->offload});
    return sent;
  }
  void deliver(const std::vector<Carried>& packets, Stack& to) const {
    for (const Carried& packet : packets)
      to.packet_arrives({.bytes = packet.bytes, .offload = packet.offload}, now);
  }
  void send(std::size_t size) {
    const Packet text = counting(size);
    ASSERT_EQ(sender.send(id, text, now).value(), size);
  }
  // Delivers, in either direction, until nobody has anything to say.
  void settle() {
    for (;;) {
      now += 10ms;
      const auto there = take(sender);
      deliver(there, receiver);
      const auto back = take(receiver);
      deliver(back, sender);
      if (there.empty() && back.empty()) return;
    }
  }
  Packet received() {
    Packet text(1 << 20);
    text.resize(receiver.receive(accepted, text, now).value_or(0));
    return text;
  }
  [[nodiscard]] const Tcb& tcb() const { return *sender.tcb(id); }

  Time now{1s};
  Stack sender;
  Stack receiver;
  ConnectionId id;
  ConnectionId accepted;
};

TEST_F(SuperSegmentTest, text_goes_out_in_one_packet_as_far_as_the_windows_reach) {
  send(20'000);
  const auto first = take(sender);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].text_size(), 10 * kMss) << "the initial window";
  EXPECT_EQ(first[0].offload.segment_size, kMss);
  EXPECT_FALSE(first[0].header().control.psh);
  EXPECT_EQ(tcb().flight.size(), 1U);

  now += 10ms;
  deliver(first, receiver);
  const auto ack = take(receiver);
  ASSERT_EQ(ack.size(), 1U);
  EXPECT_EQ(ack[0].header().acknowledgment, first[0].header().sequence + 10 * kMss);
  deliver(ack, sender);
  const auto rest = take(sender);
  ASSERT_EQ(rest.size(), 2U);
  EXPECT_EQ(rest[0].text_size(), 3 * kMss);
  EXPECT_EQ(rest[1].text_size(), 20'000 - 13 * kMss);
  EXPECT_EQ(rest[1].offload.segment_size, 0);
  EXPECT_TRUE(rest[1].header().control.psh);
  deliver(rest, receiver);
  EXPECT_EQ(received(), counting(20'000));
}

TEST_F(SuperSegmentTest, the_checksum_is_left_to_the_device) {
  send(5000);
  const auto sent = take(sender);
  ASSERT_EQ(sent.size(), 2U);
  for (const Carried& packet : sent) {
    EXPECT_TRUE(packet.offload.checksum);
    const auto ip = wire::parse_ipv4(packet.bytes).value();
    EXPECT_FALSE(wire::parse_tcp(ip.payload, ip.header.source, ip.header.destination));
    wire::Checksum pseudo_header;
    pseudo_header.add_pseudo_header(test::kHere, test::kThere, 6,
                                    static_cast<std::uint16_t>(ip.payload.size()));
    EXPECT_EQ(load_be16(&packet.bytes[20 + 16]), pseudo_header.partial());
    deliver(cut(packet), receiver);
  }
  EXPECT_EQ(received(), counting(5000));
}

TEST_F(SuperSegmentTest, none_is_larger_than_a_packet_can_be) {
  std::uint32_t largest = 0;
  std::size_t total = 0;
  for (int round = 0; round < 12; ++round) {
    const Packet text(300'000, 'x');
    total += sender.send(id, text, now).value();
    for (bool any = true; any;) {
      now += 1ms;
      const auto there = take(sender);
      for (const Carried& packet : there) {
        largest = std::max(largest, packet.text_size());
        if (packet.offload.segment_size != 0) {
          EXPECT_EQ(packet.text_size() % kMss, 0U);
        }
        EXPECT_LE(packet.bytes.size(), 65535U);
      }
      deliver(there, receiver);
      total -= received().size();
      const auto back = take(receiver);
      deliver(back, sender);
      any = !there.empty() || !back.empty();
    }
  }
  EXPECT_EQ(total, 0U);
  EXPECT_EQ(largest, (65535 - 52) / kMss * kMss);
}

TEST_F(SuperSegmentTest, the_peers_window_is_kept) {
  Packet text(2 << 20, 'x');
  std::size_t taken = sender.send(id, text, now).value();
  while (tcb().snd.wnd >= 2 * kMss) {  // nobody reads
    settle();
    taken += sender.send(id, text, now).value_or(0);
  }
  for (const Carried& packet : take(sender)) EXPECT_LE(packet.text_size(), tcb().snd.wnd);
  EXPECT_LE(tcb().snd.nxt, tcb().snd.una + tcb().snd.wnd);
}

TEST_F(SuperSegmentTest, what_is_lost_of_it_goes_out_again_alone) {
  send(10 * kMss);
  const auto super_segment = take(sender);
  ASSERT_EQ(super_segment.size(), 1U);
  auto segments = cut(super_segment[0]);
  ASSERT_EQ(segments.size(), 10U);
  const std::uint32_t lost = segments[3].header().sequence;
  segments.erase(segments.begin() + 3);
  now += 10ms;
  for (const Carried& segment : segments) {
    deliver({segment}, receiver);
    deliver(take(receiver), sender);
  }
  const auto again = take(sender);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].header().sequence, lost);
  EXPECT_EQ(again[0].text_size(), kMss);
  EXPECT_EQ(again[0].offload.segment_size, 0);
  deliver(again, receiver);
  EXPECT_EQ(received(), counting(10 * kMss));
  settle();
  EXPECT_TRUE(tcb().flight.empty());
  EXPECT_EQ(tcb().flight.pipe(), 0U);
}

TEST_F(SuperSegmentTest, the_tail_loss_probe_is_its_last_segment) {
  send(10 * kMss);
  const auto lost = take(sender);
  ASSERT_EQ(lost.size(), 1U);
  const auto alarm = tcb().alarms.deadline(AlarmKind::tail_loss_probe);
  EXPECT_LT(alarm - now, 100ms) << "many segments are in flight: the peer delays nothing";
  now = alarm;
  sender.time_passes(now);
  const auto probe = take(sender);
  ASSERT_EQ(probe.size(), 1U);
  EXPECT_EQ(probe[0].text_size(), kMss);
  EXPECT_EQ(probe[0].header().sequence, lost[0].header().sequence + 9 * kMss);
}

TEST_F(SuperSegmentTest, after_path_mtu_discovery_its_segments_are_smaller) {
  send(10 * kMss);
  auto lost = take(sender);
  lost[0].bytes.resize(28);
  const Packet error = test::fragmentation_needed(1000, lost[0].bytes);
  now += 10ms;
  sender.packet_arrives({.bytes = error, .offload = {}}, now);
  const auto again = take(sender);
  EXPECT_FALSE(again.empty());
  for (const Carried& packet : again) {
    EXPECT_EQ(packet.offload.segment_size, 0);
    EXPECT_LE(packet.bytes.size(), 1000U);
  }
  deliver(again, receiver);
  settle();
  EXPECT_EQ(received(), counting(10 * kMss));
  const Packet more(5000, 'x');
  ASSERT_TRUE(sender.send(id, more, now));
  EXPECT_EQ(take(sender).at(0).offload.segment_size, 948);
}

TEST_F(SuperSegmentTest, urgent_text_goes_out_in_segments) {
  const Packet text = counting(5000);
  ASSERT_TRUE(sender.send_urgent(id, text, now));
  const auto sent = take(sender);
  EXPECT_GE(sent.size(), 4U);
  for (const Carried& packet : sent) EXPECT_EQ(packet.offload.segment_size, 0);
}

class SuperSegmentWithoutSackTest : public SuperSegmentTest {
 protected:
  SuperSegmentWithoutSackTest() : SuperSegmentTest(false) {}
};

TEST_F(SuperSegmentWithoutSackTest, three_duplicate_acks_repeat_one_segment) {
  send(10 * kMss);
  const auto super_segment = take(sender);
  ASSERT_EQ(super_segment.size(), 1U);
  auto segments = cut(super_segment[0]);
  segments.erase(segments.begin());
  now += 10ms;
  for (const Carried& segment : segments) {
    deliver({segment}, receiver);
    deliver(take(receiver), sender);
  }
  const auto again = take(sender);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].header().sequence, super_segment[0].header().sequence);
  EXPECT_EQ(again[0].text_size(), kMss);
  deliver(again, receiver);
  settle();
  EXPECT_EQ(received(), counting(10 * kMss));
  EXPECT_EQ(sender.counters().segments_retransmitted, 1U);
}

}  // namespace
}  // namespace tcpstack::tcp
