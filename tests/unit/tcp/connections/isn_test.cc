// Initial sequence numbers, RFC 6528: ISN = M + F(four-tuple).
#include "stack/tcp/connections/isn.h"

#include <chrono>
#include <set>

#include <gtest/gtest.h>

#include "stack/base/seed.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

const Endpoint kLocal{Address(0x0a000002), 80};
const Endpoint kRemote{Address(0x0a000001), 40000};

class Isn : public testing::Test {
 protected:
  base::KeyedHash f = base::Seed(1).hash("ISN");
};

TEST_F(Isn, MTicksEvery4Microseconds) {  // MUST-8
  const Seq first = initial_sequence_number(f, kLocal, kRemote, Time{});
  EXPECT_EQ(initial_sequence_number(f, kLocal, kRemote, Time(3us)), first);
  EXPECT_EQ(initial_sequence_number(f, kLocal, kRemote, Time(4us)), first + 1);
  EXPECT_EQ(initial_sequence_number(f, kLocal, kRemote, Time(1s)), first + 250000);
}

TEST_F(Isn, MComesRoundInLessThanFiveHours) {  // RFC 9293 3.4.1: about 4.55 hours
  const Seq first = initial_sequence_number(f, kLocal, kRemote, Time{});
  const Time later{std::chrono::microseconds(std::int64_t{4} << 32)};
  EXPECT_EQ(initial_sequence_number(f, kLocal, kRemote, later), first);
}

TEST_F(Isn, EveryPartOfTheFourTupleCounts) {  // SHLD-1
  std::set<std::uint32_t> numbers;
  const Endpoint locals[] = {kLocal, {kLocal.address, 81}, {Address(0x0a000003), 80}};
  const Endpoint remotes[] = {kRemote, {kRemote.address, 40001}, {Address(0x0a000004), 40000}};
  for (const Endpoint& local : locals) {
    for (const Endpoint& remote : remotes) {
      numbers.insert(initial_sequence_number(f, local, remote, Time{}).number());
    }
  }
  EXPECT_EQ(numbers.size(), 9U);
}

TEST_F(Isn, AnotherSecretGivesOtherNumbers) {  // MUST-9
  const base::KeyedHash other = base::Seed(2).hash("ISN");
  EXPECT_NE(initial_sequence_number(f, kLocal, kRemote, Time{}),
            initial_sequence_number(other, kLocal, kRemote, Time{}));
}

}  // namespace
}  // namespace tcpstack::tcp
