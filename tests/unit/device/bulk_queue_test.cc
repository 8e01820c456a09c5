// The decision that text is bulk. queues_test.cc shows with a device that bulk leaves by its own queue.
#include "stack/device/bulk_queue.h"

#include <gtest/gtest.h>

namespace tcpstack::device {
namespace {

constexpr std::size_t kSmall = 60;
constexpr std::size_t kLarge = 64 * 1500;

// The number of batches of this size until the meter reports bulk.
int batches_until(BulkMeter& meter, bool is_bulk, std::size_t size) {
  for (int count = 1; count <= 1000; ++count) {
    if (meter.add(size) == is_bulk) return count;
  }
  return -1;
}

TEST(BulkMeter, finds_bulk_after_some_large_batches) {
  BulkMeter meter;
  EXPECT_FALSE(meter.add(kLarge)) << "one is none";
  const int count = batches_until(meter, true, kLarge);
  EXPECT_GT(count, 1);
  EXPECT_LE(count, 16);
}

TEST(BulkMeter, finds_none_in_many_small_batches) {
  BulkMeter meter;
  EXPECT_EQ(batches_until(meter, true, kSmall), -1);
}

TEST(BulkMeter, finds_none_in_a_large_answer_now_and_then) {
  BulkMeter meter;
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(meter.add(kLarge)) << i;
    for (int small = 0; small < 30; ++small) EXPECT_FALSE(meter.add(kSmall)) << i;
  }
}

TEST(BulkMeter, stays_with_bulk_while_small_batches_come_between) {
  BulkMeter meter;
  batches_until(meter, true, kLarge);
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(meter.add(kLarge)) << i;
    for (int small = 0; small < 8; ++small) EXPECT_TRUE(meter.add(kSmall)) << i;
  }
}

TEST(BulkMeter, finds_its_end_after_many_small_batches) {
  BulkMeter meter;
  batches_until(meter, true, kLarge);
  const int count = batches_until(meter, false, kSmall);
  EXPECT_GT(count, 8);
  EXPECT_LE(count, 100);
  EXPECT_EQ(batches_until(meter, true, kSmall), -1) << "and it does not begin again";
}

}  // namespace
}  // namespace tcpstack::device
