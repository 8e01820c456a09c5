// TCP options: the layouts that real peers write, byte for byte, and what is refused or skipped.
#include "stack/wire/tcp_options.h"

#include <array>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/hex.h"

namespace tcpstack::wire {
namespace {

using test::from_hex;

std::vector<std::uint8_t> written(const TcpOptions& options) {
  std::vector<std::uint8_t> bytes(kMaxTcpOptionsSize);
  bytes.resize(write_tcp_options(options, bytes));
  return bytes;
}

struct Layout {
  const char* name;
  TcpOptions options;
  const char* bytes;
};

const Layout kLayouts[] = {
    {"none", {}, ""},
    {"SYN: mss,sackOK,TS,nop,wscale",
     {.maximum_segment_size = 1460,
      .window_scale = 7,
      .sack_permitted = true,
      .timestamps = Timestamps{0x01020304, 0}},
     "02 04 05 b4  04 02  08 0a 01 02 03 04 00 00 00 00  01  03 03 07"},
    {"SYN-ACK: mss,nop,nop,sackOK,nop,wscale",
     {.maximum_segment_size = 1460, .window_scale = 8, .sack_permitted = true},
     "02 04 05 b4  01 01 04 02  01 03 03 08"},
    {"peer without SACK: mss,nop,wscale",
     {.maximum_segment_size = 1460, .window_scale = 8},
     "02 04 05 b4  01 03 03 08"},
    {"peer without window scale: mss,nop,nop,sackOK",
     {.maximum_segment_size = 1460, .sack_permitted = true},
     "02 04 05 b4  01 01 04 02"},
    {"timestamps without SACK: mss,nop,nop,TS,nop,wscale",
     {.maximum_segment_size = 1460, .window_scale = 8, .timestamps = Timestamps{1, 2}},
     "02 04 05 b4  01 01 08 0a 00 00 00 01 00 00 00 02  01 03 03 08"},
    {"later segment: nop,nop,TS",
     {.timestamps = Timestamps{0x39c50c67, 0x9335a76d}},
     "01 01 08 0a 39 c5 0c 67 93 35 a7 6d"},
    {"nop,nop,sack",
     {.sack = {{0x10, 0x20}, {0x30, 0x40}}},
     "01 01 05 12 00 00 00 10 00 00 00 20 00 00 00 30 00 00 00 40"},
    {"nop,nop,TS,nop,nop,sack with three blocks: 40 bytes",
     {.timestamps = Timestamps{1, 2}, .sack = {{1, 2}, {3, 4}, {5, 6}}},
     "01 01 08 0a 00 00 00 01 00 00 00 02  01 01 05 1a 00 00 00 01 00 00 00 02"
     "00 00 00 03 00 00 00 04 00 00 00 05 00 00 00 06"},
    {"four SACK blocks",
     {.sack = {{1, 2}, {3, 4}, {5, 6}, {7, 8}}},
     "01 01 05 22 00 00 00 01 00 00 00 02 00 00 00 03 00 00 00 04"
     "00 00 00 05 00 00 00 06 00 00 00 07 00 00 00 08"},
    {"Windows: mss,nop,wscale,sackOK,TS",
     {.maximum_segment_size = 1460,
      .window_scale = 8,
      .sack_permitted = true,
      .timestamps = Timestamps{1, 2},
      .layout = OptionLayout::as_windows},
     "02 04 05 b4  01 03 03 08  04 02 08 0a 00 00 00 01 00 00 00 02"},
    {"Windows without timestamps: mss,nop,wscale,nop,nop,sackOK",
     {.maximum_segment_size = 1460,
      .window_scale = 8,
      .sack_permitted = true,
      .layout = OptionLayout::as_windows},
     "02 04 05 b4  01 03 03 08  01 01 04 02"},
    {"macOS: mss,nop,wscale,nop,nop,TS,sackOK,eol,eol",
     {.maximum_segment_size = 16344,
      .window_scale = 6,
      .sack_permitted = true,
      .timestamps = Timestamps{1, 2},
      .layout = OptionLayout::as_macos},
     "02 04 3f d8  01 03 03 06  01 01 08 0a 00 00 00 01 00 00 00 02  04 02 00 00"},
    {"macOS without timestamps: mss,nop,wscale,sackOK,eol,eol",
     {.maximum_segment_size = 1460,
      .window_scale = 6,
      .sack_permitted = true,
      .layout = OptionLayout::as_macos},
     "02 04 05 b4  01 03 03 06  04 02 00 00"},
    {"the server of lab C: mss,nop,wscale,sackOK and ten nops",
     {.maximum_segment_size = 1452,
      .window_scale = 5,
      .sack_permitted = true,
      .layout = OptionLayout::as_edge},
     "02 04 05 ac  01 03 03 05  04 02  01 01 01 01 01 01 01 01 01 01"},
    {"its later segments",
     {.timestamps = Timestamps{1, 2}, .layout = OptionLayout::as_edge},
     "01 01 08 0a 00 00 00 01 00 00 00 02"},
    {"with Fast Open Linux's layout is the only one",
     {.maximum_segment_size = 1460,
      .window_scale = 6,
      .sack_permitted = true,
      .timestamps = Timestamps{1, 2},
      .fast_open = FastOpenCookie{},
      .layout = OptionLayout::as_macos},
     "02 04 05 b4  04 02  08 0a 00 00 00 01 00 00 00 02  01 03 03 06  22 02 01 01"},
    {"Fast Open, request", {.fast_open = FastOpenCookie{}}, "22 02 01 01"},
    {"Fast Open, cookie of 8 bytes",
     {.fast_open = FastOpenCookie{1, 2, 3, 4, 5, 6, 7, 8}},
     "22 0a 01 02 03 04 05 06 07 08 01 01"},
    {"Fast Open in the form of RFC 6994, request",
     {.fast_open = FastOpenCookie{}, .fast_open_experimental = true},
     "fe 04 f9 89"},
    {"Fast Open in the form of RFC 6994, cookie of 6 bytes",
     {.fast_open = FastOpenCookie{1, 2, 3, 4, 5, 6}, .fast_open_experimental = true},
     "fe 0a f9 89 01 02 03 04 05 06 01 01"},
};

// MUST-68; MUST-69: padding is NOPs
TEST(TcpOptions, are_laid_out_as_peers_expect) {
  for (const Layout& layout : kLayouts) {
    const auto bytes = from_hex(layout.bytes);
    EXPECT_EQ(written(layout.options), bytes) << layout.name;
    EXPECT_EQ(tcp_options_size(layout.options), bytes.size()) << layout.name;
    auto parsed = parse_tcp_options(bytes);
    ASSERT_FALSE(parsed.malformed) << layout.name;
    parsed.options.layout = layout.options.layout;  // reading takes any order
    EXPECT_EQ(parsed.options, layout.options) << layout.name;
  }
}

TEST(TcpOptions, survive_the_way_there_and_back_in_every_combination) {
  for (unsigned set = 0; set < 32 * 4; ++set) {
    TcpOptions options;
    options.layout = static_cast<OptionLayout>(set / 32);
    if (set & 1) options.maximum_segment_size = 536;
    if (set & 2) options.window_scale = 14;
    options.sack_permitted = (set & 4) != 0;
    if (set & 8) options.timestamps = {0xfffffffe, 0xffffffff};
    if (set & 16) options.fast_open.emplace(16, std::uint8_t{0xab});
    const auto bytes = written(options);
    EXPECT_EQ(bytes.size() % 4, 0u);
    EXPECT_EQ(bytes.size(), tcp_options_size(options));
    auto parsed = parse_tcp_options(bytes);
    ASSERT_FALSE(parsed.malformed) << set;
    parsed.options.layout = options.layout;
    EXPECT_EQ(parsed.options, options) << set;
  }
}

// ---- what others send ----

// MUST-4, MUST-64
TEST(TcpOptions, may_come_in_any_order) {
  // Windows and macOS: mss,nop,wscale,nop,nop,TS,sackOK,eol,eol.
  const auto parsed = parse_tcp_options(
      from_hex("02 04 3f d8 01 03 03 06 01 01 08 0a 39 c5 0c 67 00 00 00 00 04 02 00 00"));
  ASSERT_FALSE(parsed.malformed);
  EXPECT_EQ(parsed.options, (TcpOptions{.maximum_segment_size = 16344,
                                        .window_scale = 6,
                                        .sack_permitted = true,
                                        .timestamps = Timestamps{0x39c50c67, 0}}));
}

// MUST-4
TEST(TcpOptions, end_with_the_end_of_list) {
  const auto parsed = parse_tcp_options(from_hex("03 03 05 00 02 00 ff ff"));
  ASSERT_FALSE(parsed.malformed);
  EXPECT_EQ(parsed.options, TcpOptions{.window_scale = 5});
}

// MUST-6, MUST-64
TEST(TcpOptions, of_unknown_kind_are_skipped_by_their_length) {
  const auto parsed =
      parse_tcp_options(from_hex("fd 02  1e 08 02 04 00 00 00 00  03 03 05  13 04 01 01"));
  ASSERT_FALSE(parsed.malformed);
  EXPECT_EQ(parsed.options, TcpOptions{.window_scale = 5});
}

TEST(TcpOptions, of_other_experiments_are_skipped) {  // RFC 6994 section 3
  for (const char* const bytes : {"fe 04 f9 88", "fe 06 f9 8a 01 02", "fe 03 f9", "fe 02"}) {
    const auto parsed = parse_tcp_options(from_hex(bytes));
    ASSERT_FALSE(parsed.malformed) << bytes;
    EXPECT_EQ(parsed.options, TcpOptions{}) << bytes;
  }
}

TEST(TcpOptions, of_equal_kind_count_once) {
  const auto parsed =
      parse_tcp_options(from_hex("02 04 00 01 02 04 00 02 03 03 01 03 03 02"
                                 "05 0a 00 00 00 01 00 00 00 02 05 0a 00 00 00 03 00 00 00 04"));
  ASSERT_FALSE(parsed.malformed);
  EXPECT_EQ(parsed.options,
            (TcpOptions{.maximum_segment_size = 1, .window_scale = 1, .sack = {{1, 2}}}));
}

TEST(TcpOptions, keep_a_window_scale_above_14) {
  // RFC 7323 section 2.3 has TCP use 14 instead and log it: not the parser's business.
  EXPECT_EQ(parse_tcp_options(from_hex("03 03 ff")).options.window_scale, 255);
}

TEST(TcpOptions, ignore_a_fast_open_cookie_of_wrong_length) {
  // RFC 7413 section 4.1.1: "Options with invalid Length values ... MUST be ignored."
  for (const char* bytes : {"22 03 01", "22 04 01 02", "22 07 01 02 03 04 05",
                            "22 14 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12"}) {
    const auto parsed = parse_tcp_options(from_hex(bytes));
    ASSERT_FALSE(parsed.malformed) << bytes;
    EXPECT_EQ(parsed.options, TcpOptions{}) << bytes;
  }
}

// MUST-7: nothing of them counts, and nothing behind a length that leads nowhere.
TEST(TcpOptions, of_a_wrong_length_do_not_count) {
  for (const char* bytes : {
           "02",
           "02 00",
           "02 01",
           "fd 00 00 00",
           "fd 01",
           "fd",
           "01 01 01 fd",
           "02 04 05",
           "fd 05 00 00",  // past the header
           "02 03 05",
           "02 02",
           "02 05 05 b4 00",  // MSS
           "03 02",
           "03 04 07 00",  // window scale
           "04 03 00",     // SACK-permitted
           "05 02",
           "05 06 00 00 00 01",                 // SACK
           "05 0b 00 00 00 01 00 00 00 02 00",  //
           "08 09 00 00 00 01 00 00 00",
           "08 02",  // timestamps
           "08 0b 00 00 00 01 00 00 00 02 00",
       }) {
    const auto parsed = parse_tcp_options(from_hex(bytes));
    EXPECT_TRUE(parsed.malformed) << bytes;
    EXPECT_EQ(parsed.options, TcpOptions{}) << bytes;
  }
}

TEST(TcpOptions, are_read_before_and_after_a_wrong_one) {
  const auto read = [](const char* bytes) { return parse_tcp_options(from_hex(bytes)); };
  // The MSS option has 3 bytes: it can be skipped.
  EXPECT_EQ(read("03 03 07 02 03 05 04 02").options,
            (TcpOptions{.window_scale = 7, .sack_permitted = true}));
  EXPECT_TRUE(read("03 03 07 02 03 05 04 02").malformed);
  // A length of 0 or beyond the header: what follows cannot be found.
  EXPECT_EQ(read("03 03 07 fd 00 04 02 00").options, TcpOptions{.window_scale = 7});
  EXPECT_EQ(read("03 03 07 fd 09 04 02 00").options, TcpOptions{.window_scale = 7});
  EXPECT_TRUE(read("03 03 07 fd 09 04 02 00").malformed);
  EXPECT_FALSE(read("03 03 07 fd 05 04 02 00").malformed);
}

TEST(TcpOptions, ignore_five_sack_blocks) {
  std::vector<std::uint8_t> bytes(42, 0);  // longer than any header, yet no reason to run over
  bytes[0] = 5;
  bytes[1] = 42;
  EXPECT_TRUE(parse_tcp_options(bytes).malformed);
  EXPECT_TRUE(parse_tcp_options(bytes).options.sack.empty());
}

}  // namespace
}  // namespace tcpstack::wire
