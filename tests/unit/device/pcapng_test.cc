// Captures: the blocks byte for byte, then read back by tshark and editcap (skipped without them).
#include "stack/device/pcapng.h"

#include <array>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"
#include "tests/support/hex.h"
#include "tests/support/temp_folder.h"

namespace tcpstack::device {
namespace {

using test::from_hex;
using trace::Direction;

constexpr std::int64_t kTime = 1'700'000'000'123'456;  // 2023-11-14 22:13:20.123456 UTC

class PcapngTest : public testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name = "run.pcapng") const {
    return folder_.path(name);
  }
  [[nodiscard]] PcapngWriter open() const {
    auto writer = PcapngWriter::open(path(), {"tcpstack test", "tun0", "the link"});
    EXPECT_TRUE(writer) << writer.error().message;
    return *std::move(writer);
  }
  [[nodiscard]] std::vector<std::uint8_t> content() const {
    std::ifstream in(path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  test::TempFolder folder_;
};

bool is_there(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null").c_str()) == 0;
}

// The output of a command.
std::string output_of(const std::string& command) {
  FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r");
  std::string output;
  std::array<char, 4096> buffer;
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) output += buffer.data();
  EXPECT_EQ(::pclose(pipe), 0) << command << '\n' << output;
  return output;
}

// A SYN from 10.0.0.1:40000 to 10.0.0.2:7 or back, with `text`.
std::vector<std::uint8_t> a_packet(Direction direction, Bytes text = {}) {
  const Address host(0x0a000001);
  const Address ours(0x0a000002);
  const bool is_in = direction == Direction::in;
  std::vector<std::uint8_t> packet(wire::kIpv4HeaderSize + wire::kMaxTcpHeaderSize);
  const MutableBytes tcp = MutableBytes(packet).subspan(wire::kIpv4HeaderSize);
  const std::size_t size =
      wire::write_tcp({.source_port = static_cast<std::uint16_t>(is_in ? 40000 : 7),
                       .destination_port = static_cast<std::uint16_t>(is_in ? 7 : 40000),
                       .control = {.syn = true}},
                      tcp);
  packet.resize(wire::kIpv4HeaderSize + size);
  const Address source = is_in ? host : ours;
  const Address destination = is_in ? ours : host;
  wire::write_ipv4({.protocol = 6, .source = source, .destination = destination},
                   size + text.size(), packet);
  wire::finish_tcp_checksum(tcp.first(size), {text}, source, destination);
  return packet;
}

TEST_F(PcapngTest, is_laid_out_as_the_format_says) {
  if (std::endian::native != std::endian::little) GTEST_SKIP() << "golden bytes are little-endian";
  {
    auto writer = open();
    const std::vector<std::string> comments = {"why", "else"};
    const auto packet = from_hex("45 00 00 14 01");
    const auto text = from_hex("02");
    writer.packet({.time_us = 0x0000'0001'0000'0002,
                   .direction = Direction::out,
                   .bytes = packet,
                   .text = {text},
                   .comments = comments});
  }
  EXPECT_EQ(content(),
            from_hex(
                // Section header: magic, version 1.0, length unknown, application.
                "0a0d0d0a 34000000 4d3c2b1a 0100 0000 ffffffffffffffff"
                "0400 0d00 7463707374 61636b2074657374 000000  00000000 34000000"
                // Interface: RAW, snap length, name, description, microseconds.
                "01000000 34000000 6500 0000 ffff0000"
                "0200 0400 74756e30  0300 0800 746865206c696e6b  0900 0100 06 000000"
                "00000000 34000000"
                // Packet: interface 0, time, six bytes padded to eight, outbound, two comments.
                "06000000 44000000 00000000 01000000 02000000 06000000 06000000"
                "45 00 00 14 01 02 0000  0200 0400 02000000"
                "0100 0300 776879 00  0100 0400 656c7365  00000000 44000000"));
}

TEST_F(PcapngTest, names_are_laid_out_as_the_format_says) {
  if (std::endian::native != std::endian::little) GTEST_SKIP() << "golden bytes are little-endian";
  {
    auto writer = open();
    writer.name(Address(0x0a000002), "tcpstack");
  }
  const auto expected = from_hex(
      "04000000 24000000  0100 0d00 0a000002 7463707374 61636b 00 000000  00000000 24000000");
  auto bytes = content();
  bytes.erase(bytes.begin(), bytes.end() - 36);
  EXPECT_EQ(bytes, expected);
}

TEST_F(PcapngTest, is_read_by_tshark) {
  if (!is_there("tshark")) GTEST_SKIP() << "needs tshark";
  const auto text = from_hex("68 65 6c 6c 6f");
  const auto in = a_packet(Direction::in);
  const auto out = a_packet(Direction::out, text);
  {
    auto writer = open();
    const std::vector<std::string> comments = {"LISTEN -> SYN_RECEIVED", "süß, \"quoted\""};
    writer.packet(
        {.time_us = kTime, .direction = Direction::in, .bytes = in, .comments = comments});
    writer.packet(
        {.time_us = kTime + 1, .direction = Direction::out, .bytes = out, .text = {text}});
    EXPECT_TRUE(writer.flush());
  }
  EXPECT_EQ(
      output_of("TZ=UTC tshark -r " + path() +
                " -o tcp.check_checksum:TRUE -T fields -E occurrence=a -E aggregator='|' "
                "-e frame.time_epoch -e frame.interface_name -e frame.packet_flags_direction "
                "-e frame.encap_type -e ip.src -e tcp.dstport -e tcp.len -e tcp.checksum.status "
                "-e frame.comment | grep -v Running"),
      "1700000000.123456000\ttun0\t0x00000001\t7\t10.0.0.1\t7\t0\t1\t"
      "LISTEN -> SYN_RECEIVED|süß, \"quoted\"\n"
      "1700000000.123457000\ttun0\t0x00000002\t7\t10.0.0.2\t40000\t5\t1\t\n");
}

TEST_F(PcapngTest, is_read_by_editcap) {
  if (!is_there("editcap") || !is_there("capinfos")) GTEST_SKIP() << "needs editcap and capinfos";
  {
    auto writer = open();
    for (int i = 0; i < 3000; ++i) {  // more than the buffer holds
      writer.packet({.time_us = kTime + i, .bytes = a_packet(Direction::in)});
    }
  }
  output_of("editcap -r " + path() + ' ' + path("some.pcapng") + " 2-4");
  const std::string all = output_of("capinfos -M -c " + path());
  EXPECT_NE(all.find("3000"), std::string::npos) << all;
  const std::string some = output_of("capinfos -M -c " + path("some.pcapng"));
  EXPECT_NE(some.find(" 3\n"), std::string::npos) << some;
}

TEST_F(PcapngTest, names_addresses) {
  if (!is_there("tshark")) GTEST_SKIP() << "needs tshark";
  {
    auto writer = open();
    writer.name(Address(0x0a000001), "kernel");
    writer.name(Address(0x0a000002), "tcpstack");
    writer.packet({.time_us = kTime, .bytes = a_packet(Direction::in)});
  }
  const std::string read =
      output_of("tshark -W n -N n -r " + path() + " -T fields -e ip.src_host -e ip.dst_host");
  EXPECT_NE(read.find("kernel\ttcpstack\n"), std::string::npos) << read;
}

TEST_F(PcapngTest, carries_tls_secrets) {
  if (!is_there("editcap")) GTEST_SKIP() << "needs editcap";
  const std::string secrets =
      "CLIENT_RANDOM " + std::string(64, 'a') + ' ' + std::string(96, 'b') + '\n';
  {
    auto writer = open();
    writer.tls_secrets(secrets);
    writer.packet({.time_us = kTime, .bytes = a_packet(Direction::in)});
  }
  const auto bytes = content();
  EXPECT_NE(std::string(bytes.begin(), bytes.end()).find("KSLT"), std::string::npos);
  output_of("editcap --discard-all-secrets " + path() + ' ' + path("without.pcapng"));
  const auto size = std::filesystem::file_size(path("without.pcapng"));
  EXPECT_LT(size + secrets.size(), bytes.size());
}

TEST_F(PcapngTest, takes_the_largest_packet_and_a_comment_too_long) {
  if (!is_there("tshark")) GTEST_SKIP() << "needs tshark";
  const std::vector<std::uint8_t> text(65535 - 40, 0x55);
  {
    auto writer = open();
    const std::vector<std::string> comments = {std::string(70000, 'c')};
    writer.packet({.time_us = kTime,
                   .direction = Direction::out,
                   .bytes = a_packet(Direction::out, text),
                   .text = {text},
                   .comments = comments});
    writer.packet({.time_us = kTime + 1, .bytes = a_packet(Direction::in)});
  }
  const std::string read = output_of("tshark -r " + path() + " -T fields -e frame.len -e tcp.len");
  EXPECT_NE(read.find("65535\t65495\n40\t0\n"), std::string::npos) << read;
}

TEST_F(PcapngTest, counts_whole_packets_that_its_reader_leaves_no_room_for) {
  if (!is_there("tshark")) GTEST_SKIP() << "needs tshark";
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  const int reader = ::open(path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  auto writer = PcapngWriter::open(path("pipe"), {}, SlowReader::not_waited_for);
  ASSERT_TRUE(writer);
  const std::vector<std::uint8_t> text(60'000, 0x55);
  const auto packet = a_packet(Direction::out, text);
  const auto write = [&] {
    writer->packet(
        {.time_us = kTime, .direction = Direction::out, .bytes = packet, .text = {text}});
  };
  constexpr std::uint64_t kPackets = 400;
  for (std::uint64_t i = 0; i < kPackets; ++i) write();
  EXPECT_GT(writer->dropped(), 0U);
  std::ofstream file(path(), std::ios::binary);
  const auto read = [&] {
    std::array<char, 65536> part;
    for (ssize_t size = 0; (size = ::read(reader, part.data(), part.size())) > 0;)
      file.write(part.data(), size);
  };
  const auto catch_up = [&] {
    while (!writer->finish(Duration::zero())) read();
    read();
  };
  catch_up();
  const std::uint64_t dropped = writer->dropped();
  write();
  catch_up();
  file.close();
  EXPECT_EQ(writer->dropped(), dropped);
  std::string last;
  std::uint64_t count = 0;
  std::istringstream lines(
      output_of("tshark -r " + path() + " -T fields -e frame.len -e frame.drop_count"));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("60040")) continue;  // tshark says that it runs as root
    last = line;
    ++count;
  }
  EXPECT_EQ(count, kPackets + 1 - dropped);
  EXPECT_EQ(last, "60040\t" + std::to_string(dropped));
}

TEST_F(PcapngTest, says_that_it_cannot_be_written) {
  const auto writer = PcapngWriter::open("/nowhere/run.pcapng", {});
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().message,
            "cannot write /nowhere/run.pcapng: No such file or directory: make its folder first");
  EXPECT_FALSE(PcapngWriter::open("/dev/full", {}));
}

}  // namespace
}  // namespace tcpstack::device
