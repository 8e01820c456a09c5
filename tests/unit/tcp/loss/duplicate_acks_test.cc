// What duplicate ACKs stand for where there is no SACK: RFC 9937 section 6.2, RFC 6582 section 3.2.
#include "stack/tcp/loss/duplicate_acks.h"

#include <gtest/gtest.h>

namespace tcpstack::tcp {
namespace {

constexpr std::uint32_t kSmss = 1000;

// Counts the bytes that an ACK delivers after so many duplicates.
std::uint32_t delivered(unsigned duplicates, const AckNews& news) {
  return DuplicateAcks{.count = duplicates}.delivered(news, kSmss);
}

TEST(DuplicateAcks, EachStandsForASegment) {
  EXPECT_EQ(DuplicateAcks{.count = 3}.bytes(kSmss), 3'000U);
  EXPECT_EQ(delivered(0, {.duplicate = true}), 1'000U);
  EXPECT_EQ(delivered(7, {.duplicate = true}), 1'000U);
}

TEST(DuplicateAcks, WhatTheyHaveToldIsNotDeliveredAgain) {
  EXPECT_EQ(delivered(0, {.acknowledged = 5'000}), 5'000U);
  EXPECT_EQ(delivered(3, {.acknowledged = 5'000}), 2'000U);
}

// The segment that was missing is delivered by the ACK itself.
TEST(DuplicateAcks, AnAckDeliversAtLeastTheMissingSegment) {
  EXPECT_EQ(delivered(5, {.acknowledged = 5'000}), 1'000U);
  EXPECT_EQ(delivered(9, {.acknowledged = 5'000}), 1'000U);
  EXPECT_EQ(delivered(9, {.acknowledged = 300}), 300U);  // a small one
  EXPECT_EQ(delivered(9, {}), 0U);                       // a window update
}

TEST(DuplicateAcks, AreNotMoreThanTheSegmentsInFlight) {
  DuplicateAcks duplicates;
  for (int i = 0; i < 9; ++i) duplicates.another(4'500, kSmss);
  EXPECT_EQ(duplicates.count, 4U);
}

// A partial ACK of three segments: the missing one, and two that duplicates stood for.
TEST(DuplicateAcks, APartialAckCoversSomeOfThem) {
  DuplicateAcks duplicates{.count = 5};
  duplicates.take_back(3'000, kSmss);
  EXPECT_EQ(duplicates.count, 3U);
  duplicates.take_back(1'000, kSmss);  // only the missing one
  EXPECT_EQ(duplicates.count, 3U);
  duplicates.take_back(1'001, kSmss);
  EXPECT_EQ(duplicates.count, 2U);
  duplicates.take_back(9'000, kSmss);
  EXPECT_EQ(duplicates.count, 0U);
}

}  // namespace
}  // namespace tcpstack::tcp
