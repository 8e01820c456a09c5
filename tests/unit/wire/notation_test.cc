// The notation, both ways, and where it goes wrong.
#include "stack/wire/notation.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tcpstack::wire {
namespace {

const TcpOptions kSynOptions{.maximum_segment_size = 1460,
                             .window_scale = 7,
                             .sack_permitted = true,
                             .timestamps = Timestamps{10, 0}};

struct Example {
  const char* text;
  TcpHeader header;
  std::size_t length;
};

const Example kExamples[] = {
    {"S 0:0(0) win 64240 <mss 1460,sackOK,TS val 10 ecr 0,nop,wscale 7>",
     {.control = {.syn = true}, .window = 64240, .options = kSynOptions},
     0},
    {"S. 0:0(0) ack 1 win 65535 <mss 1460,nop,nop,sackOK,nop,wscale 8>",
     {.acknowledgment = 1,
      .control = {.syn = true, .ack = true},
      .window = 65535,
      .options = {.maximum_segment_size = 1460, .window_scale = 8, .sack_permitted = true}},
     0},
    {"P. 1:1001(1000) ack 1 win 257",
     {.sequence = 1, .acknowledgment = 1, .control = {.psh = true, .ack = true}, .window = 257},
     1000},
    {". 1:1(0) ack 4 win 0 <nop,nop,TS val 4294967295 ecr 10>",
     {.sequence = 1,
      .acknowledgment = 4,
      .control = {.ack = true},
      .options = {.timestamps = Timestamps{4294967295, 10}}},
     0},
    {". 1:1(0) ack 1 win 257 <nop,nop,sack 1001:2001 3001:4001>",
     {.sequence = 1,
      .acknowledgment = 1,
      .control = {.ack = true},
      .window = 257,
      .options = {.sack = {{1001, 2001}, {3001, 4001}}}},
     0},
    {"R 4:4(0) win 0", {.sequence = 4, .control = {.rst = true}}, 0},
    {"F. 69:69(0) ack 101 win 6378",
     {.sequence = 69, .acknowledgment = 101, .control = {.fin = true, .ack = true}, .window = 6378},
     0},
    {"SEW 0:0(0) win 1", {.control = {.syn = true, .ece = true, .cwr = true}, .window = 1}, 0},
    {"PU 5:6(1) win 9 urg 1",
     {.sequence = 5, .control = {.psh = true, .urg = true}, .window = 9, .urgent_pointer = 1},
     1},
    {"- 0:0(0) win 1024", {.window = 1024}, 0},
    {"SFRP.UEW 0:0(0) ack 0 win 0 urg 0", {.control = ControlBits::from_byte(0xff)}, 0},
    {"S 0:0(0) win 1 <FO,nop,nop>",
     {.control = {.syn = true}, .window = 1, .options = {.fast_open = FastOpenCookie{}}},
     0},
    {"S 0:10(10) win 1 <FO 00a1b2c3,nop,nop>",
     {.control = {.syn = true},
      .window = 1,
      .options = {.fast_open = FastOpenCookie{0x00, 0xa1, 0xb2, 0xc3}}},
     10},
    {"S 0:0(0) win 1 <FOEXP 00a1b2c3>",
     {.control = {.syn = true},
      .window = 1,
      .options = {.fast_open = FastOpenCookie{0x00, 0xa1, 0xb2, 0xc3},
                  .fast_open_experimental = true}},
     0},
    {"P. 4294967295:1(2) ack 4294967295 win 1",
     {.sequence = 4294967295,
      .acknowledgment = 4294967295,
      .control = {.psh = true, .ack = true},
      .window = 1},
     2},
};

void expect_equal(const TcpHeader& a, const TcpHeader& b, const std::string& about) {
  EXPECT_EQ(a.sequence, b.sequence) << about;
  EXPECT_EQ(a.acknowledgment, b.acknowledgment) << about;
  EXPECT_EQ(a.control, b.control) << about;
  EXPECT_EQ(a.window, b.window) << about;
  EXPECT_EQ(a.urgent_pointer, b.urgent_pointer) << about;
  EXPECT_EQ(a.options, b.options) << about;
}

TEST(Notation, is_written) {
  for (const Example& example : kExamples) {
    EXPECT_EQ(to_notation(example.header, example.length), example.text);
  }
}

TEST(Notation, is_read) {
  for (const Example& example : kExamples) {
    const auto noted = from_notation(example.text);
    ASSERT_TRUE(noted) << example.text << ": at " << noted.error().offset << " expected "
                       << noted.error().expected;
    EXPECT_EQ(noted->length, example.length) << example.text;
    expect_equal(noted->header, example.header, example.text);
  }
}

TEST(Notation, counts_from_the_initial_sequence_numbers) {
  const RelativeTo base{.sequence = 0xfffffff0, .acknowledgment = 5000};
  const char* const text = "P. 1:32(31) ack 20 win 6379 <nop,nop,sack 25:35>";
  const auto noted = from_notation(text, base);
  ASSERT_TRUE(noted);
  EXPECT_EQ(noted->header.sequence, 0xfffffff1u);
  EXPECT_EQ(noted->header.acknowledgment, 5020u);
  EXPECT_EQ(noted->header.options.sack[0], (SackBlock{5025, 5035}));
  EXPECT_EQ(to_notation(noted->header, noted->length, base), text);
}

TEST(Notation, shows_an_acknowledgment_only_with_the_ack_bit) {
  EXPECT_EQ(to_notation({.acknowledgment = 77, .control = {.rst = true}}, 0), "R 0:0(0) win 0");
}

// MUST-7: a peer's bytes, whatever their lengths say. Where no length leads on, the rest is shown as it is.
TEST(Notation, shows_malformed_options) {
  const struct {
    std::vector<std::uint8_t> bytes;
    const char* text;
  } cases[] = {
      {{2, 0, 5, 180}, "<unknown-2 0005b4>"},
      {{1, 1, 8, 1}, "<nop,nop,unknown-8 01>"},
      {{1, 1, 1, 3}, "<nop,nop,nop,unknown-3>"},
      {{2, 3, 5, 1, 5, 6, 1, 2, 3, 4, 1, 0}, "<unknown-2 05,nop,unknown-5 01020304,nop,eol>"},
      {{8, 12, 0, 0}, "<unknown-8 0c0000>"},
  };
  for (const auto& [bytes, text] : cases)
    EXPECT_EQ(to_notation({}, bytes, 0), std::string("- 0:0(0) win 0 ") + text);
}

TEST(Notation, shows_options_that_could_not_be_written_again) {
  // 40 bytes without alignment may be more with it.
  const TcpOptions options{.maximum_segment_size = 1,
                           .window_scale = 2,
                           .sack_permitted = true,
                           .timestamps = Timestamps{},
                           .sack = {{1, 2}, {3, 4}, {5, 6}, {7, 8}},
                           .fast_open = FastOpenCookie(16, 0xff)};
  EXPECT_EQ(to_notation({.options = options}, 0),
            "- 0:0(0) win 0 <mss 1,sackOK,TS val 0 ecr 0,nop,wscale 2,"
            "FO ffffffffffffffffffffffffffffffff,nop,nop,nop,nop,sack 1:2 3:4 5:6 7:8>");
}

TEST(Notation, shows_options_in_the_senders_order) {
  const std::vector<std::uint8_t> macos{2, 4, 0x05, 0xb4, 1, 3, 3, 6, 1, 1, 8, 10,
                                        0, 0, 0,    7,    0, 0, 0, 0, 4, 2, 0, 0};
  EXPECT_EQ(to_notation({.control = {.syn = true}}, macos, 0),
            "S 0:0(0) win 0 <mss 1460,nop,wscale 6,nop,nop,TS val 7 ecr 0,sackOK,eol>");
}

TEST(Notation, shows_options_that_it_does_not_know) {
  const std::vector<std::uint8_t> multipath_empty_and_two_experiments{
      30, 4, 0x01, 0x81, 28, 2, 254, 4, 0xab, 0xcd, 254, 4, 0xf9, 0x89};
  EXPECT_EQ(to_notation({}, multipath_empty_and_two_experiments, 0),
            "- 0:0(0) win 0 <unknown-30 0181,unknown-28,unknown-254 abcd,FOEXP>");
}

TEST(Notation, leaves_out_what_need_not_be_said) {
  for (const char* text : {"P. 1:2(1)", "P. 1:2(1) <>", ".P 1:2(1)", "  P.  1:2(1)  < > "}) {
    EXPECT_TRUE(from_notation(text)) << text;
  }
  const auto noted = from_notation("  .P   1:2(1)   win 3   < nop , TS val 1 ecr 2 ,eol> ");
  ASSERT_TRUE(noted) << noted.error().offset << noted.error().expected;
  EXPECT_EQ(noted->header.acknowledgment, 0u);
  EXPECT_EQ(noted->header.window, 3);
  EXPECT_EQ(noted->header.options, (TcpOptions{.timestamps = Timestamps{1, 2}}));
}

struct Mistake {
  const char* text;
  std::size_t offset;
  const char* expected;
};

const Mistake kMistakes[] = {
    {"", 0, "a control bit, one of SFRP.UEW, or -"},
    {"X 1:1(0)", 0, "a control bit, one of SFRP.UEW, or -"},
    {"SX 1:1(0)", 1, "a control bit, one of SFRP.UEW, or -"},
    {"-S 1:1(0)", 1, "' '"},
    {"S", 1, "' '"},
    {"S ", 2, "a number up to 4294967295"},
    {"S 1", 3, "':'"},
    {"S 1:", 4, "a number up to 4294967295"},
    {"S 1:1", 5, "'('"},
    {"S 1:1(", 6, "a number up to 4294967295"},
    {"S 1:1(0", 7, "')'"},
    {"S 4294967296:1(0)", 2, "a number up to 4294967295"},
    {"S -1:1(0)", 2, "a number up to 4294967295"},
    {"P. 1:1000(1000)", 5, "1001, the first number plus the length"},
    {"P. 1:1(0) ack", 13, "a number up to 4294967295"},
    {"P. 1:1(0) ack 1 win 65536", 20, "a number up to 65535"},
    {"P. 1:1(0) win 1 ack 1", 16, "ack, win, urg, <options>, in this order, or the end"},
    {"P. 1:1(0) window 1", 10, "ack, win, urg, <options>, in this order, or the end"},
    {"P. 1:1(0) win 1 urg x", 20, "a number up to 65535"},
    {"P. 1:1(0) <mss 65536>", 15, "a number up to 65535"},
    {"P. 1:1(0) <wscale 256>", 18, "a number up to 255"},
    {"P. 1:1(0) <foo>", 11, "an option: mss, wscale, sackOK, sack, TS, FO, FOEXP, nop or eol"},
    {"P. 1:1(0) <nop,>", 15, "an option: mss, wscale, sackOK, sack, TS, FO, FOEXP, nop or eol"},
    {"P. 1:1(0) <nop", 14, "',' or '>'"},
    {"P. 1:1(0) <nop nop>", 15, "',' or '>'"},
    {"P. 1:1(0) <nop> x", 16, "ack, win, urg, <options>, in this order, or the end"},
    {"P. 1:1(0) <TS 1 ecr 2>", 14, "val"},
    {"P. 1:1(0) <TS val 1 2>", 20, "ecr"},
    {"P. 1:1(0) <sack>", 15, "a number up to 4294967295"},
    {"P. 1:1(0) <sack 1>", 17, "':'"},
    {"P. 1:1(0) <sack 1:2 3:4 5:6 7:8 9:10>", 32, "at most 4 blocks"},
    {"P. 1:1(0) <FO 123>", 14, "a cookie of 4 to 16 bytes, an even number, in hexadecimal"},
    {"P. 1:1(0) <FO 1234567>", 14, "a cookie of 4 to 16 bytes, an even number, in hexadecimal"},
    {"P. 1:1(0) <FO xyxyxyxy>", 14, "a cookie of 4 to 16 bytes, an even number, in hexadecimal"},
};

TEST(Notation, says_what_was_expected_and_where) {
  for (const Mistake& mistake : kMistakes) {
    const auto noted = from_notation(mistake.text);
    ASSERT_FALSE(noted) << mistake.text;
    EXPECT_EQ(noted.error().offset, mistake.offset) << mistake.text;
    EXPECT_EQ(noted.error().expected, mistake.expected) << mistake.text;
  }
}

TEST(Notation, refuses_every_beginning_of_a_segment_or_takes_it_whole) {
  const std::string text = "S. 0:0(0) ack 1 win 5 urg 0 <mss 1,sackOK,TS val 1 ecr 2,FO 01020304>";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const auto noted = from_notation(std::string_view(text).substr(0, size));
    if (!noted) {
      EXPECT_LE(noted.error().offset, size);
    }
  }
}

}  // namespace
}  // namespace tcpstack::wire
