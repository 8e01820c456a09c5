// The TCP header: frame 35 of lab A, every refusal, checksums, and the way back.
#include "stack/wire/tcp.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "stack/wire/ipv4.h"
#include "tests/support/hex.h"

namespace tcpstack::wire {
namespace {

using test::from_hex;

const Address kSource(0x0a000001);
const Address kDestination(0x0a000002);

// Frame 35 of lab A, a line of chat. The capture's machine left the checksum to its device, so the
// field holds the sum of the pseudo-header alone; the IP checksum is zero for the same reason.
const char* const kFrame35 =
    "45 00 00 53 00 00 40 00 40 06 00 00 7f 00 00 03 7f 00 00 03"
    "13 ba e0 52 b9 b4 f6 6f 2a ac f2 16 80 18 18 eb fe 4b 00 00"
    "01 01 08 0a 39 c5 0c 67 93 35 a7 6d"
    "73 6f 68 65 69 6c 3a 20 68 65 6c 6c 6f 20 68 61 73 61 6e 20 68 6f 77 20 61 72 65 20 79 6f 75";

// `header` and `text` as one segment with its checksum.
std::vector<std::uint8_t> written(const TcpHeader& header, Bytes text = {}) {
  std::vector<std::uint8_t> bytes(kMaxTcpHeaderSize);
  bytes.resize(write_tcp(header, bytes));
  finish_tcp_checksum(bytes, {text}, kSource, kDestination);
  bytes.insert(bytes.end(), text.begin(), text.end());
  return bytes;
}

std::vector<std::uint8_t> a_segment() {
  return written({.source_port = 40000, .destination_port = 7, .control = {.ack = true}});
}

Drop refusal(const std::vector<std::uint8_t>& bytes, bool verify_checksum = false) {
  const auto packet = parse_tcp(bytes, kSource, kDestination, verify_checksum);
  EXPECT_FALSE(packet);
  return packet ? Drop{} : packet.error();
}

TEST(Tcp, reads_frame_35_of_lab_a) {
  const auto bytes = from_hex(kFrame35);
  const auto ip = parse_ipv4(bytes, false);
  ASSERT_TRUE(ip) << name(ip.error());
  EXPECT_EQ(ip->header.source.to_string(), "127.0.0.3");
  const auto packet =
      parse_tcp(ip->payload, ip->header.source, ip->header.destination, /*verify_checksum=*/false);
  ASSERT_TRUE(packet) << name(packet.error());
  const TcpHeader& header = packet->header;
  EXPECT_EQ(header.source_port, 5050);
  EXPECT_EQ(header.destination_port, 57426);
  EXPECT_EQ(header.sequence, 3115644527u);
  EXPECT_EQ(header.acknowledgment, 715977238u);
  EXPECT_EQ(packet->options.size(), 12u);
  EXPECT_EQ(header.control, (ControlBits{.psh = true, .ack = true}));
  EXPECT_EQ(header.window, 6379);
  EXPECT_EQ(header.urgent_pointer, 0);
  EXPECT_EQ(header.options, (TcpOptions{.timestamps = Timestamps{969215079, 2469767021}}));
  EXPECT_EQ(std::string(packet->text.begin(), packet->text.end()),
            "soheil: hello hasan how are you");
}

// MUST-2
TEST(Tcp, writes_frame_35_of_lab_a) {
  const auto frame = from_hex(kFrame35);
  const Bytes expected = Bytes(frame).subspan(kIpv4HeaderSize);
  const Address both(0x7f000003);
  const auto packet = parse_tcp(expected, both, both, false);
  ASSERT_TRUE(packet);
  std::vector<std::uint8_t> bytes(kMaxTcpHeaderSize);
  bytes.resize(write_tcp(packet->header, bytes));
  finish_tcp_checksum(bytes, {packet->text}, both, both, /*partial=*/true);
  EXPECT_TRUE(std::ranges::equal(bytes, expected.first(32)));
}

TEST(Tcp, writes_and_reads_every_field) {
  const TcpHeader header{.source_port = 0x1234,
                         .destination_port = 0x5678,
                         .sequence = 0x9abcdef0,
                         .acknowledgment = 0x0fedcba9,
                         .control = ControlBits::from_byte(0xff),
                         .window = 0x8765,
                         .urgent_pointer = 0x4321,
                         .options = {.maximum_segment_size = 1460, .window_scale = 7}};
  const auto text = from_hex("68 65 74");
  const auto bytes = written(header, text);
  const auto golden =
      from_hex("12345678 9abcdef0 0fedcba9 70ff8765 0000 4321 02 04 05b4 01 03 03 07 68 65 74");
  ASSERT_EQ(bytes.size(), golden.size());
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.begin() + 16, golden.begin()));
  EXPECT_TRUE(std::equal(bytes.begin() + 18, bytes.end(), golden.begin() + 18));

  const auto packet = parse_tcp(bytes, kSource, kDestination);
  ASSERT_TRUE(packet) << name(packet.error());
  EXPECT_EQ(packet->header.source_port, header.source_port);
  EXPECT_EQ(packet->header.destination_port, header.destination_port);
  EXPECT_EQ(packet->header.sequence, header.sequence);
  EXPECT_EQ(packet->header.acknowledgment, header.acknowledgment);
  EXPECT_EQ(packet->header.control, header.control);
  EXPECT_EQ(packet->header.window, header.window);
  EXPECT_EQ(packet->header.urgent_pointer, header.urgent_pointer);
  EXPECT_EQ(packet->header.options, header.options);
  EXPECT_EQ(packet->options.size(), 8u);
  EXPECT_TRUE(std::ranges::equal(packet->text, text));
}

TEST(Tcp, control_bits_lie_where_the_rfc_puts_them) {
  EXPECT_EQ((ControlBits{.fin = true}.to_byte()), 0x01);
  EXPECT_EQ((ControlBits{.syn = true}.to_byte()), 0x02);
  EXPECT_EQ((ControlBits{.rst = true}.to_byte()), 0x04);
  EXPECT_EQ((ControlBits{.psh = true}.to_byte()), 0x08);
  EXPECT_EQ((ControlBits{.ack = true}.to_byte()), 0x10);
  EXPECT_EQ((ControlBits{.urg = true}.to_byte()), 0x20);
  EXPECT_EQ((ControlBits{.ece = true}.to_byte()), 0x40);
  EXPECT_EQ((ControlBits{.cwr = true}.to_byte()), 0x80);
  for (int byte = 0; byte < 256; ++byte) {
    EXPECT_EQ(ControlBits::from_byte(static_cast<std::uint8_t>(byte)).to_byte(), byte);
  }
}

TEST(Tcp, ignores_the_reserved_bits) {
  auto bytes = a_segment();
  bytes[12] |= 0x0f;
  EXPECT_TRUE(parse_tcp(bytes, kSource, kDestination, false));
}

TEST(Tcp, sums_text_in_several_spans_of_odd_length) {
  const auto text = from_hex("01 02 03 04 05 06 07 08 09");
  const Bytes all = text;
  auto header = a_segment();
  finish_tcp_checksum(header, {all.first(3), all.subspan(3, 5), all.subspan(8)}, kSource,
                      kDestination);
  header.insert(header.end(), text.begin(), text.end());
  EXPECT_TRUE(parse_tcp(header, kSource, kDestination));
}

TEST(Tcp, refuses_less_than_a_header) {
  const auto bytes = a_segment();
  for (std::size_t size = 0; size < kTcpHeaderSize; ++size) {
    EXPECT_EQ(refusal({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)}),
              Drop::tcp_truncated)
        << size;
  }
}

TEST(Tcp, refuses_a_data_offset_below_five_or_past_the_end) {
  auto bytes = a_segment();
  for (const int offset : {0, 1, 4, 6, 15}) {
    bytes[12] = static_cast<std::uint8_t>(offset << 4);
    EXPECT_EQ(refusal(bytes), Drop::tcp_data_offset) << offset;
  }
}

// MUST-3
TEST(Tcp, refuses_a_wrong_checksum_unless_told_not_to_look) {
  const auto bytes = written({.source_port = 40000, .destination_port = 7}, from_hex("61 62 63"));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    if (bit / 8 == 12) continue;  // the data offset is looked at first
    auto damaged = bytes;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_EQ(refusal(damaged, true), Drop::tcp_checksum) << "bit " << bit;
  }
  EXPECT_FALSE(parse_tcp(bytes, kSource, Address(0x0a000003)));
  EXPECT_TRUE(parse_tcp(bytes, kSource, Address(0x0a000003), false));
}

TEST(Tcp, refuses_port_zero_at_either_end) {
  EXPECT_EQ(refusal(written({.source_port = 0, .destination_port = 7}), true), Drop::tcp_port_zero);
  EXPECT_EQ(refusal(written({.source_port = 40000, .destination_port = 0}), true),
            Drop::tcp_port_zero);
}

TEST(Tcp, takes_a_segment_with_a_malformed_option) {
  auto bytes = written({.source_port = 1, .destination_port = 2, .options = {.window_scale = 7}});
  bytes[22] = 0;  // NOP, window scale, length 0
  const auto parsed = parse_tcp(bytes, kSource, kDestination, false);
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->malformed_options);
  EXPECT_FALSE(parsed->header.options.window_scale);
}

}  // namespace
}  // namespace tcpstack::wire
