// The retransmission queue: records are cut, found, and never lose a number; the sums are those of the records,
// whatever happens to them.
#include "stack/tcp/loss/flight.h"

#include <algorithm>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace tcpstack::tcp {
namespace {

Sent segment(std::uint32_t seq, std::uint32_t len) {
  return {.seq = Seq(seq), .len = len, .transmissions = 1};
}

// Four segments of 100 bytes from sequence number 0 on.
class FlightTest : public testing::Test {
 protected:
  FlightTest() {
    for (std::uint32_t i = 0; i < 4; ++i) flight.sent(segment(100 * i, 100));
  }
  ~FlightTest() override { flight.check(flight.front().seq, flight.back().end()); }

  Flight flight;
};

// SYN at 0xfffffffe, text from 0xffffffff to 9, and a FIN.
Flight with_syn_and_fin() {
  Flight flight;
  flight.sent({.seq = Seq(0xfffffffe), .len = 1, .transmissions = 1, .syn = true});
  flight.sent(segment(0xffffffff, 6));
  flight.sent({.seq = Seq(5), .len = 5, .transmissions = 1, .fin = true});
  return flight;
}

TEST(Sent, TextIsWhatIsLeftBesideSynAndFin) {
  const Flight flight = with_syn_and_fin();
  EXPECT_EQ(flight[0].text_size(), 0U);
  EXPECT_EQ(flight[1].text_size(), 6U);
  EXPECT_EQ(flight[2].text_size(), 4U);
  EXPECT_EQ(flight[2].end(), Seq(10));
}

TEST(Sent, ACutLeavesTheFinBehindAndTheSynInFront) {
  Flight flight = with_syn_and_fin();
  flight.cut(2, Seq(7));
  ASSERT_EQ(flight.size(), 4U);
  EXPECT_EQ(flight[2].end(), Seq(7));
  EXPECT_FALSE(flight[2].fin);
  EXPECT_EQ(flight[3].seq, Seq(7));
  EXPECT_EQ(flight[3].len, 3U);
  EXPECT_TRUE(flight[3].fin);

  Sent with_syn{.seq = Seq(10), .len = 5, .syn = true};
  const Sent rest = cut(with_syn, Seq(11));
  EXPECT_TRUE(with_syn.syn);
  EXPECT_FALSE(rest.syn);
}

TEST(Sent, ACutLeavesPshBehind) {
  Sent record{.seq = Seq(1), .len = 10, .pushed = true};
  const Sent rest = cut(record, Seq(4));
  EXPECT_FALSE(record.pushed);
  EXPECT_TRUE(rest.pushed);
}

TEST(Sent, BothPartsKeepTheirHistory) {
  Sent record{.seq = Seq(1), .len = 10, .sent_at = Time(Duration(7)), .transmissions = 2};
  record.lost = true;
  const Sent rest = cut(record, Seq(4));
  for (const Sent& part : {record, rest}) {
    EXPECT_EQ(part.sent_at, Time(Duration(7)));
    EXPECT_TRUE(part.retransmitted());
    EXPECT_TRUE(part.lost);
  }
}

TEST(FlightOfOne, ACutAcrossTheWrap) {
  Flight flight = with_syn_and_fin();
  flight.cut(1, Seq(0));
  EXPECT_EQ(flight[1].len, 1U);
  EXPECT_EQ(flight[2].seq, Seq(0));
  EXPECT_EQ(flight[2].len, 5U);
  flight.check(Seq(0xfffffffe), Seq(10));
}

TEST_F(FlightTest, ARecordIsFoundByAnyOfItsNumbers) {
  EXPECT_EQ(flight.index_of(Seq(0)), 0U);
  EXPECT_EQ(flight.index_of(Seq(99)), 0U);
  EXPECT_EQ(flight.index_of(Seq(100)), 1U);
  EXPECT_EQ(flight.index_of(Seq(399)), 3U);
  EXPECT_EQ(flight.index_of(Seq(400)), flight.size());
  EXPECT_EQ(flight.index_of(Seq(0xffffffff)), flight.size());
}

TEST_F(FlightTest, WhatIsLostLeavesThePipeOnce) {
  flight.lose(1);
  flight.lose(1);
  EXPECT_EQ(flight.pipe(), 300U);
  EXPECT_EQ(flight.lost(), 100U);
  EXPECT_EQ(flight.first_lost(), 1U);
}

TEST_F(FlightTest, WhatIsSentAgainIsBackInThePipe) {
  flight.lose(2);
  flight.sent_again(Seq(200), 100, Time(Duration(5)));
  EXPECT_EQ(flight.pipe(), 400U);
  EXPECT_EQ(flight.lost(), 0U);
  EXPECT_EQ(flight.first_lost(), flight.size());
  EXPECT_EQ(flight[2].transmissions, 2);
  EXPECT_EQ(flight[2].sent_at, Time(Duration(5)));
}

// RFC 1191 section 6.4: in pieces of what the path takes; the rest stays lost.
TEST_F(FlightTest, APieceOfALostSegmentIsSentAgain) {
  flight.lose(0);
  flight.sent_again(Seq(0), 60, Time(Duration(5)));
  EXPECT_EQ(flight.pipe(), 360U);
  EXPECT_EQ(flight.lost(), 40U);
  EXPECT_EQ(flight[flight.first_lost()].seq, Seq(60));
}

// A probe of the tail repeats what is in flight, and adds nothing to the pipe.
TEST_F(FlightTest, WhatWasNotLostCountsOnce) {
  flight.sent_again(Seq(300), 100, Time(Duration(5)));
  EXPECT_EQ(flight.pipe(), 400U);
}

TEST_F(FlightTest, WhatHasArrivedIsNotLost) {  // RFC 2018 section 5
  flight.lose(1);
  flight.sack(1);
  flight.sack(2);
  flight.lose(2);
  EXPECT_EQ(flight.sacked(), 200U);
  EXPECT_EQ(flight.pipe(), 200U);
  EXPECT_EQ(flight.lost(), 0U);
}

TEST_F(FlightTest, TheOldestGoesWhateverHasBecomeOfIt) {
  flight.lose(0);
  flight.sack(1);
  flight.pop_front();
  flight.pop_front();
  EXPECT_EQ(flight.sacked(), 0U);
  EXPECT_EQ(flight.pipe(), 200U);
  flight.pop_front();
  EXPECT_EQ(flight.pipe(), 100U);
}

TEST_F(FlightTest, WhatIsSackedIsPassedOverAtOnce) {
  flight.sack(1);
  flight.sack(2);
  EXPECT_EQ(flight.first_unsacked(0), 0U);
  EXPECT_EQ(flight.first_unsacked(1), 3U);
  EXPECT_EQ(flight.first_unsacked(2), 3U);
  flight.sack(3);
  EXPECT_EQ(flight.first_unsacked(2), flight.size());
}

// RFC 8985 section 6.2: those that have left the pipe are not in the order of transmission any more.
TEST_F(FlightTest, TheOldestOfThoseSentOnce) {
  EXPECT_EQ(flight.oldest_original(), 0U);
  flight.sack(0);
  flight.lose(1);
  flight.sent_again(Seq(200), 100, Time(Duration(5)));
  EXPECT_EQ(flight.oldest_original(), 3U);
  flight.sack(3);
  EXPECT_EQ(flight.oldest_original(), flight.size());
  flight.sent(segment(400, 100));
  EXPECT_EQ(flight.oldest_original(), 4U);
  flight.revive_all();
  EXPECT_EQ(flight.oldest_original(), 1U);
}

TEST_F(FlightTest, ThoseSentAgainAreInTheOrderOfTheirLastTransmission) {
  EXPECT_EQ(flight.oldest_repeat(), flight.size());
  for (const std::uint32_t seq : {200U, 0U, 100U}) {
    flight.lose(seq / 100);
    flight.sent_again(Seq(seq), 100, Time(Duration(5 + seq)));
  }
  EXPECT_EQ(flight.oldest_repeat(), 2U);
  flight.lose(2);
  EXPECT_EQ(flight.oldest_repeat(), 0U);
  flight.lose(0);
  flight.sent_again(Seq(0), 100, Time(Duration(900)));  // a third time
  EXPECT_EQ(flight.oldest_repeat(), 1U);
  flight.sack(1);
  EXPECT_EQ(flight.oldest_repeat(), 0U);
}

TEST_F(FlightTest, WhatIsLeftOfASegmentSentAgainStaysInTheOrder) {
  flight.lose(0);
  flight.sent_again(Seq(0), 100, Time(Duration(5)));
  flight.cut(0, Seq(60));
  flight.pop_front();
  EXPECT_EQ(flight[flight.oldest_repeat()].seq, Seq(60));
}

TEST_F(FlightTest, AnUndoRevivesTheOrderToo) {
  for (const std::uint32_t seq : {100U, 0U}) {
    flight.lose(seq / 100);
    flight.sent_again(Seq(seq), 100, Time(Duration(500 - seq)));
  }
  flight.lose(0);
  flight.lose(1);
  EXPECT_EQ(flight.oldest_repeat(), flight.size());
  flight.revive_all();
  EXPECT_EQ(flight.oldest_repeat(), 1U);
}

TEST_F(FlightTest, APeerMayForgetWhatItHasSacked) {  // RFC 2018 section 8
  flight.sack(1);
  flight.sack(3);
  flight.forget_sacks();
  EXPECT_EQ(flight.sacked(), 0U);
  EXPECT_EQ(flight.pipe(), 200U);
  EXPECT_EQ(flight.lost(), 200U);
}

TEST_F(FlightTest, AnUndoRevivesWhatWasLost) {  // RFC 4015
  flight.lose(0);
  flight.sack(1);
  flight.lose(2);
  flight.revive_all();
  EXPECT_EQ(flight.pipe(), 300U);
  EXPECT_EQ(flight.lost(), 0U);
}

TEST_F(FlightTest, OneSegmentOfASuperSegment) {
  flight.sent(segment(400, 250));
  EXPECT_EQ(flight.last_segment(100).len, 100U);
  EXPECT_EQ(flight.size(), 6U);
  EXPECT_EQ(flight.last_segment(100).seq, Seq(550));
  EXPECT_EQ(flight.first_segment(30).len, 30U);
  EXPECT_EQ(flight[1].seq, Seq(30));
  EXPECT_EQ(flight.pipe(), 650U);
}

// Each number of a naive flight is in one of three states.
enum class Fate : char { in_pipe, sacked, lost };

std::uint32_t count(const std::vector<Fate>& numbers, Fate fate) {
  return static_cast<std::uint32_t>(std::ranges::count(numbers, fate));
}

// Random operations against a state for each number.
TEST(FlightModel, TheSumsAreThoseOfTheRecords) {
  std::mt19937 random(1);
  Flight flight;
  std::vector<Fate> numbers;
  std::uint32_t una = 0xffffff00;
  for (int i = 0; i < 5'000; ++i) {
    const auto nxt = una + static_cast<std::uint32_t>(numbers.size());
    if (flight.size() < 2 || (flight.size() < 20 && random() % 4 == 0)) {
      const auto len = static_cast<std::uint32_t>(1 + random() % 9);
      flight.sent(segment(nxt, len));
      numbers.insert(numbers.end(), len, Fate::in_pipe);
      continue;
    }
    const std::size_t index = random() % flight.size();
    const Sent record = flight[index];
    const auto first = numbers.begin() + (record.seq - Seq(una));
    const auto last = first + record.len;
    switch (random() % 7) {
      case 0:
        una += flight.front().len;
        numbers.erase(numbers.begin(), numbers.begin() + flight.front().len);
        flight.pop_front();
        break;
      case 1:
        flight.lose(index);
        if (record.in_flight()) std::fill(first, last, Fate::lost);
        break;
      case 2:
        if (record.sacked) break;
        flight.sack(index);
        std::fill(first, last, Fate::sacked);
        break;
      case 3:
        if (!record.lost) break;
        flight.sent_again(record.seq, 1 + (record.len - 1) / 2, Time{});
        std::fill(first, first + 1 + (record.len - 1) / 2, Fate::in_pipe);
        break;
      case 4:
        if (record.len > 1) flight.cut(index, record.seq + 1);
        break;
      case 5:
        if (random() % 20 != 0) break;
        flight.forget_sacks();
        std::ranges::replace(numbers, Fate::sacked, Fate::lost);
        break;
      case 6:
        if (random() % 20 != 0) break;
        flight.revive_all();
        std::ranges::replace(numbers, Fate::lost, Fate::in_pipe);
        break;
    }
    flight.check(Seq(una), Seq(una + static_cast<std::uint32_t>(numbers.size())));
    ASSERT_EQ(flight.pipe(), count(numbers, Fate::in_pipe)) << i;
    ASSERT_EQ(flight.sacked(), count(numbers, Fate::sacked)) << i;
    ASSERT_EQ(flight.lost(), count(numbers, Fate::lost)) << i;
  }
}

}  // namespace
}  // namespace tcpstack::tcp
