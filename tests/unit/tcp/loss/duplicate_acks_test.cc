// What duplicate ACKs stand for where there is no SACK: RFC 5681 section 3.2, RFC 6582 section 3.2, RFC 9937 section 6.2.
#include "stack/tcp/loss/duplicate_acks.h"

#include <gtest/gtest.h>

namespace tcpstack::tcp {
namespace {

// A flight of `records`, each of `size` bytes of text, in segments of 1,000.
Flight flight(unsigned records, std::uint32_t size) {
  Flight flight;
  Seq seq(1);
  for (unsigned i = 0; i < records; ++i, seq += size)
    flight.sent({.seq = seq, .len = size, .segment_size = 1'000, .transmissions = 1});
  return flight;
}

DuplicateAcks duplicates(unsigned count, const Flight& flight) {
  DuplicateAcks duplicates;
  for (unsigned i = 0; i < count; ++i) duplicates.another(flight);
  return duplicates;
}

TEST(DuplicateAcks, EachStandsForASegment) {
  EXPECT_EQ(duplicates(3, flight(9, 1'000)).bytes, 3'000U);
  EXPECT_EQ(duplicates(3, flight(1, 9'000)).bytes, 3'000U);  // a super-segment
  EXPECT_EQ(duplicates(3, flight(9, 100)).bytes, 300U);      // small writes
}

TEST(DuplicateAcks, DeliverTheSegmentThatTheyStandFor) {
  const Flight few = flight(3, 700);
  EXPECT_EQ(DuplicateAcks{}.delivered({.duplicate = true}, few), 700U);
  EXPECT_EQ(duplicates(1, few).delivered({.duplicate = true}, few), 700U);
  EXPECT_EQ(duplicates(2, few).delivered({.duplicate = true}, few), 0U);
}

TEST(DuplicateAcks, WhatTheyHaveShownIsNotDeliveredAgain) {
  const Flight all = flight(9, 1'000);
  const AckNews news{.advanced = 5'000, .segments = 5, .acknowledged = 5'000};
  EXPECT_EQ(duplicates(0, all).delivered(news, all), 5'000U);
  EXPECT_EQ(duplicates(3, all).delivered(news, all), 2'000U);
}

// The segment that was missing is delivered by the ACK itself.
TEST(DuplicateAcks, AnAckDeliversAtLeastTheMissingSegment) {
  const Flight all = flight(9, 1'000);
  const AckNews news{.advanced = 5'000, .segments = 5, .acknowledged = 5'000};
  EXPECT_EQ(duplicates(5, all).delivered(news, all), 1'000U);
  EXPECT_EQ(duplicates(8, all).delivered(news, all), 1'000U);
  EXPECT_EQ(duplicates(8, all).delivered({}, all), 0U);  // a window update
}

// RFC 5681 section 3.2: each shows a segment behind the missing one.
TEST(DuplicateAcks, AreNotMoreThanTheSegmentsBehindTheMissingOne) {
  EXPECT_EQ(duplicates(9, flight(5, 1'000)).count, 4U);
  EXPECT_EQ(duplicates(9, flight(5, 100)).count, 4U);
  EXPECT_EQ(duplicates(9, flight(1, 4'500)).count, 4U);
  EXPECT_EQ(duplicates(9, flight(1, 4'500)).bytes, 3'500U);
  EXPECT_EQ(duplicates(9, flight(1, 1'000)).count, 0U);
}

// A partial ACK of three segments: the missing one, and two that duplicates stood for.
TEST(DuplicateAcks, APartialAckCoversSomeOfThem) {
  DuplicateAcks some = duplicates(5, flight(9, 1'000));
  some.take_back({.advanced = 3'000, .segments = 3});
  EXPECT_EQ(some.count, 3U);
  EXPECT_EQ(some.bytes, 3'000U);
  some.take_back({.advanced = 1'000, .segments = 1});  // only the missing one
  EXPECT_EQ(some.count, 3U);
  some.take_back({.advanced = 9'000, .segments = 9});
  EXPECT_EQ(some.count, 0U);
  EXPECT_EQ(some.bytes, 0U);
}

}  // namespace
}  // namespace tcpstack::tcp
