// The blocks that the pool keeps and frees, and that nobody can read a returned block.
#include "stack/base/block_pool.h"

#include <array>
#include <cstring>
#include <set>

#include <gtest/gtest.h>
#include <sanitizer/asan_interface.h>

namespace tcpstack::base {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kAddressSanitizer = true;
#elif defined(__has_feature)
constexpr bool kAddressSanitizer = __has_feature(address_sanitizer);
#else
constexpr bool kAddressSanitizer = false;
#endif

TEST(BlockPool, BlocksAreDistinctAndWritable) {
  BlockPool pool;
  std::set<std::uint8_t*> blocks;
  for (int i = 0; i < 10; ++i) {
    std::uint8_t* const block = pool.take();
    std::memset(block, i, BlockPool::kBlockSize);
    blocks.insert(block);
  }
  EXPECT_EQ(blocks.size(), 10u);
  EXPECT_EQ(pool.in_use(), 10u);
  for (std::uint8_t* block : blocks) pool.give_back(block);
  EXPECT_EQ(pool.in_use(), 0u);
}

TEST(BlockPool, TheBlockGivenBackLastIsTakenFirst) {
  BlockPool pool;
  std::uint8_t* const first = pool.take();
  std::uint8_t* const second = pool.take();
  pool.give_back(first);
  pool.give_back(second);
  EXPECT_EQ(pool.cached(), 2u);
  EXPECT_EQ(pool.take(), second);
  EXPECT_EQ(pool.take(), first);
  EXPECT_EQ(pool.cached(), 0u);
  pool.give_back(first);
  pool.give_back(second);
}

TEST(BlockPool, KeepsNoMoreThanItsLimit) {
  BlockPool pool(3);
  std::array<std::uint8_t*, 5> blocks;
  for (std::uint8_t*& block : blocks) block = pool.take();
  for (std::uint8_t* block : blocks) pool.give_back(block);
  EXPECT_EQ(pool.cached(), 3u);
  EXPECT_EQ(pool.in_use(), 0u);
}

TEST(BlockPool, ABlockTakenAgainIsWritable) {
  BlockPool pool;
  pool.give_back(pool.take());
  std::uint8_t* const block = pool.take();
  std::memset(block, 0xaa, BlockPool::kBlockSize);
  EXPECT_EQ(block[BlockPool::kBlockSize - 1], 0xaa);
  pool.give_back(block);
}

TEST(BlockPool, ABlockGivenBackIsPoisoned) {
  if (!kAddressSanitizer) GTEST_SKIP() << "only under AddressSanitizer";
  BlockPool pool;
  std::uint8_t* const block = pool.take();
  EXPECT_EQ(__asan_region_is_poisoned(block, BlockPool::kBlockSize), nullptr);
  pool.give_back(block);
  EXPECT_TRUE(__asan_address_is_poisoned(block));
  EXPECT_TRUE(__asan_address_is_poisoned(block + BlockPool::kBlockSize - 1));
}

}  // namespace
}  // namespace tcpstack::base
