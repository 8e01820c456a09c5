// The virtio header before a packet, byte by byte (a little-endian machine).
#include "stack/device/offload.h"

#include <bit>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tcpstack::device {
namespace {

using testing::ElementsAre;

static_assert(std::endian::native == std::endian::little, "the bytes below");

TxPacket packet_with(Offload offload) {
  TxPacket packet;
  packet.headers_size = 52;
  packet.offload = offload;
  return packet;
}

TEST(OffloadTest, an_ordinary_packet_gets_zeros) {
  EXPECT_THAT(offload_header(packet_with({})), ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
}

TEST(OffloadTest, the_checksum_stands_16_bytes_behind_the_ip_header) {
  EXPECT_THAT(offload_header(packet_with({.checksum = true})),
              ElementsAre(1, 0, 52, 0, 0, 0, 20, 0, 16, 0));
}

TEST(OffloadTest, a_super_segment_names_the_size_of_its_segments) {
  EXPECT_THAT(offload_header(packet_with({.checksum = true, .segment_size = 1448})),
              ElementsAre(1, 1, 52, 0, 0xa8, 0x05, 20, 0, 16, 0));
}

RxPacket behind(std::vector<std::uint8_t>& bytes) { return behind_offload_header(bytes); }

TEST(OffloadTest, what_is_read_begins_behind_the_header) {
  std::vector<std::uint8_t> bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x45, 0x99};
  const RxPacket packet = behind(bytes);
  EXPECT_THAT(packet.bytes, ElementsAre(0x45, 0x99));
  EXPECT_FALSE(packet.offload.checksum);
  EXPECT_EQ(packet.offload.segment_size, 0);
}

TEST(OffloadTest, the_checksum_may_be_missing_or_vouched_for) {
  std::vector<std::uint8_t> bytes{1, 0, 52, 0, 0, 0, 20, 0, 16, 0, 0x45};
  EXPECT_TRUE(behind(bytes).offload.checksum);
  bytes[0] = 2;
  EXPECT_TRUE(behind(bytes).offload.checksum);
  bytes[0] = 4;  // coalesced information, which says nothing of checksums
  EXPECT_FALSE(behind(bytes).offload.checksum);
}

TEST(OffloadTest, a_super_segment_comes_whole) {
  std::vector<std::uint8_t> bytes{1, 1, 52, 0, 0xb4, 0x05, 20, 0, 16, 0, 0x45};
  EXPECT_EQ(behind(bytes).offload.segment_size, 1460);
  EXPECT_THAT(behind(bytes).bytes, ElementsAre(0x45));
}

TEST(OffloadTest, nothing_is_made_of_what_was_not_asked_for) {
  std::vector<std::uint8_t> udp{1, 3, 28, 0, 100, 0, 20, 0, 6, 0, 0x45};
  EXPECT_TRUE(behind(udp).bytes.empty());
  std::vector<std::uint8_t> cut_off{1, 1, 52};
  EXPECT_TRUE(behind(cut_off).bytes.empty());
}

}  // namespace
}  // namespace tcpstack::device
