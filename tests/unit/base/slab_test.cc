// Slab against a list of pairs, handles that went stale, and addresses that stay.
#include "stack/base/slab.h"

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "stack/base/random.h"
#include "tests/unit/base/step.h"

namespace tcpstack::base {
namespace {

struct Object {
  explicit Object(int n) : value(std::make_unique<int>(n)) {}
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  std::unique_ptr<int> value;
};

struct Known {
  Handle handle;
  const Object* address;
  int value;
};

// Every known object is where it was, and a walk meets exactly these, in order of index.
void expect_equal(Slab<Object>& slab, const std::vector<Known>& known, Step at) {
  ASSERT_EQ(slab.size(), known.size()) << at;
  for (const Known& k : known) {
    ASSERT_EQ(slab.find(k.handle), k.address) << at;
    ASSERT_EQ(*k.address->value, k.value) << at;
  }
  std::size_t met = 0;
  std::int64_t last = -1;
  slab.for_each([&](Handle handle, Object& object) {
    EXPECT_EQ(slab.find(handle), &object) << at;
    EXPECT_GT(handle.index, last) << at;
    last = handle.index;
    ++met;
  });
  ASSERT_EQ(met, known.size()) << at;
}

void behaves_like_list(std::uint64_t seed) {
  Random random(seed);
  Slab<Object> slab;
  std::vector<Known> known;
  std::vector<Handle> stale{Handle{}};
  for (Step at{seed}; at.number < 1000; ++at.number) {
    const bool growing = at.number / 250 % 2 == 0;
    if (known.empty() || random.chance(growing ? 0.8 : 0.3)) {
      const Handle handle = slab.emplace(at.number);
      known.push_back({handle, slab.find(handle), at.number});
    } else {
      const std::size_t i = random.below(static_cast<std::uint32_t>(known.size()));
      slab.erase(known[i].handle);
      stale.push_back(known[i].handle);
      known.erase(known.begin() + static_cast<std::ptrdiff_t>(i));
    }
    ASSERT_NO_FATAL_FAILURE(expect_equal(slab, known, at));
    for (const Handle handle : stale) ASSERT_EQ(slab.find(handle), nullptr) << at;
    slab.erase(stale[random.below(static_cast<std::uint32_t>(stale.size()))]);  // no effect
  }
}

TEST(Slab, BehavesLikeAListOfPairs) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    ASSERT_NO_FATAL_FAILURE(behaves_like_list(seed));
  }
}

TEST(Slab, TheDefaultHandleNamesNothing) {
  Slab<int> slab;
  EXPECT_EQ(slab.find(Handle{}), nullptr);
  const Handle first = slab.emplace(1);
  EXPECT_EQ(slab.find(Handle{}), nullptr);
  EXPECT_NE(first, Handle{});
}

TEST(Slab, AHandleMadeUpNamesNothing) {
  Slab<int> slab;
  const Handle real = slab.emplace(1);
  EXPECT_EQ(slab.find(Handle{real.index + 1, real.generation}), nullptr);
  EXPECT_EQ(slab.find(Handle{real.index, real.generation + 1}), nullptr);
  slab.erase(real);
  EXPECT_EQ(slab.find(Handle{real.index, real.generation + 1}), nullptr);  // the next tenant's
}

TEST(Slab, ASlotIsReusedUnderAnotherGeneration) {
  Slab<std::string> slab;
  const Handle first = slab.emplace("first");
  slab.erase(first);
  const Handle second = slab.emplace("second");
  EXPECT_EQ(first.index, second.index);
  EXPECT_NE(first, second);
  EXPECT_EQ(slab.find(first), nullptr);
  ASSERT_NE(slab.find(second), nullptr);
  EXPECT_EQ(*slab.find(second), "second");
}

TEST(Slab, AWalkMayEraseAndTakeNoHandle) {
  Slab<int> slab;
  std::array<Handle, 200> handles;
  for (int i = 0; i < 200; ++i) handles[static_cast<std::size_t>(i)] = slab.emplace(i);
  slab.for_each([&](Handle handle, int& n) {
    if (n % 2 == 0) slab.erase(handle);
    if (n == 101) slab.erase(handles[103]);
  });
  std::vector<int> left;
  std::as_const(slab).for_each([&](const int& n) { left.push_back(n); });
  EXPECT_EQ(left.size(), 99u);
  EXPECT_EQ(left.front(), 1);
  EXPECT_EQ(left.back(), 199);
}

}  // namespace
}  // namespace tcpstack::base
