// TimerWheel against a std::multimap of ticks, from microseconds to the end of time.
#include "stack/base/timer_wheel.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "stack/base/random.h"
#include "tests/unit/base/step.h"

namespace tcpstack::base {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

struct Alarm : TimerWheel::Node {
  int id = 0;
};

// The identity of the next alarm due, or -1.
int pop(TimerWheel& wheel, Time now) {
  const auto* const alarm = static_cast<Alarm*>(wheel.pop_expired(now));
  if (alarm == nullptr) return -1;
  EXPECT_FALSE(alarm->armed());
  return alarm->id;
}

// The model of a wheel: identities by tick, in the order of arming within a tick.
struct Model {
  Time now;
  std::int64_t reached = floor_tick(now);  // no node is due before this tick
  std::multimap<std::int64_t, int> due{};

  static std::int64_t floor_tick(Time time) {
    return std::chrono::floor<milliseconds>(time.time_since_epoch()).count();
  }
  static std::int64_t ceil_tick(Time time) {
    return std::chrono::ceil<milliseconds>(time.time_since_epoch()).count();
  }

  void cancel(int id) {
    std::erase_if(due, [id](const auto& entry) { return entry.second == id; });
  }

  void schedule(int id, Time deadline) {
    cancel(id);
    const std::int64_t tick = deadline <= now ? floor_tick(deadline) : ceil_tick(deadline);
    due.emplace(std::max(tick, reached), id);
  }

  int pop(Time time) {
    now = time;
    const bool none = due.empty() || due.begin()->first > floor_tick(now);
    reached = none ? floor_tick(now) : due.begin()->first;
    return none ? -1 : due.extract(due.begin()).mapped();
  }
};

// A span of time of a random magnitude: from microseconds to nine years.
Duration random_span(Random& random) {
  return Duration(static_cast<std::int64_t>(random.next() >> (16 + random.below(48))));
}

// A wheel and its model, given the same things to do.
class Comparison {
 public:
  explicit Comparison(std::uint64_t seed) : at_{seed}, random_(seed) {
    for (int i = 0; i < kAlarms; ++i) alarms_[static_cast<std::size_t>(i)].id = i;
  }

  void run(int steps) {
    for (; at_.number < steps; ++at_.number) {
      Alarm& alarm = alarms_[random_.below(kAlarms)];
      switch (random_.below(8)) {
        case 0:
        case 1:
        case 2:
        case 3: ASSERT_NO_FATAL_FAILURE(schedule(alarm)); break;
        case 4: cancel(alarm); break;
        default: ASSERT_NO_FATAL_FAILURE(expire());
      }
      ASSERT_NO_FATAL_FAILURE(check_next_deadline());
    }
  }

 private:
  static constexpr int kAlarms = 60;

  void schedule(Alarm& alarm) {
    Time deadline = now_ + random_span(random_);
    if (random_.chance(0.1)) deadline = now_ - random_span(random_);
    if (random_.chance(0.2)) deadline = now_ + Duration(random_.below(5000));
    wheel_.schedule(alarm, deadline);
    model_.schedule(alarm.id, deadline);
    ASSERT_TRUE(alarm.armed()) << at_;
  }

  void cancel(Alarm& alarm) {
    wheel_.cancel(alarm);
    model_.cancel(alarm.id);
    EXPECT_FALSE(alarm.armed()) << at_;
  }

  // Time passes, half of the time up to the moment that the wheel asks for. Now and then not all
  // nodes are taken out, so that others are armed while some are overdue.
  void expire() {
    const auto next = wheel_.next_deadline();
    now_ = next && random_.chance(0.5) ? std::max(now_, *next) : now_ + random_span(random_);
    const std::uint32_t at_most = random_.chance(0.7) ? kAlarms + 1 : random_.below(3);
    for (std::uint32_t i = 0; i < at_most; ++i) {
      const int id = model_.pop(now_);
      ASSERT_EQ(pop(wheel_, now_), id) << at_;
      if (id < 0) return;
    }
  }

  void check_next_deadline() {
    const auto next = wheel_.next_deadline();
    ASSERT_EQ(next.has_value(), !model_.due.empty()) << at_;
    if (!next) return;
    ASSERT_LE(*next, Time(milliseconds(model_.due.begin()->first))) << at_;
  }

  Step at_;
  Random random_;
  Time now_{random_span(random_)};
  TimerWheel wheel_{now_};
  Model model_{now_};
  std::array<Alarm, kAlarms> alarms_;
};

TEST(TimerWheel, BehavesLikeAMultimapOfTicks) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    ASSERT_NO_FATAL_FAILURE(Comparison(seed).run(5000));
  }
}

class TimerWheelTest : public testing::Test {
 protected:
  TimerWheelTest() {
    for (std::size_t i = 0; i < alarms.size(); ++i) alarms[i].id = static_cast<int>(i);
  }

  // Identities in the order in which they go off when time jumps to `now`.
  std::vector<int> expired(Time now) {
    std::vector<int> ids;
    for (int id = pop(wheel, now); id >= 0; id = pop(wheel, now)) ids.push_back(id);
    return ids;
  }

  TimerWheel wheel;
  std::array<Alarm, 5> alarms;
  const Time zero{};
};

using Ids = std::vector<int>;

TEST_F(TimerWheelTest, IsNeverEarlyAndAtMostOneTickLate) {
  wheel.schedule(alarms[0], zero + 1001us);
  EXPECT_EQ(wheel.next_deadline(), zero + 2ms);
  EXPECT_EQ(expired(zero + 1001us), Ids{});
  EXPECT_EQ(expired(zero + 1999us), Ids{});
  EXPECT_EQ(expired(zero + 2000us), Ids{0});
  EXPECT_EQ(wheel.next_deadline(), std::nullopt);
}

TEST_F(TimerWheelTest, ADeadlineOnATickIsExact) {
  wheel.schedule(alarms[0], zero + 7ms);
  EXPECT_EQ(expired(zero + 7ms - 1us), Ids{});
  EXPECT_EQ(expired(zero + 7ms), Ids{0});
}

TEST_F(TimerWheelTest, ADeadlineThatIsPastGoesOffAtTheNextCall) {
  EXPECT_EQ(expired(zero + 1500us), Ids{});
  wheel.schedule(alarms[0], zero + 1500us);
  wheel.schedule(alarms[1], zero + 1200us);
  wheel.schedule(alarms[2], zero - 5s);
  EXPECT_LE(wheel.next_deadline(), zero + 1500us);
  EXPECT_EQ(expired(zero + 1500us), (Ids{0, 1, 2}));
}

TEST_F(TimerWheelTest, GoesByTicksThenByTheOrderOfArming) {
  wheel.schedule(alarms[0], zero + 500ms);
  wheel.schedule(alarms[1], zero + 200ms);
  wheel.schedule(alarms[2], zero + 500ms - 10us);  // the same tick as alarm 0, armed later
  wheel.schedule(alarms[3], zero + 100ms);
  EXPECT_EQ(expired(zero + 450ms), (Ids{3, 1}));
  wheel.schedule(alarms[4], zero + 500ms);  // from near: must queue behind those from afar
  EXPECT_EQ(expired(zero + 500ms), (Ids{0, 2, 4}));
}

TEST_F(TimerWheelTest, ReArmingMovesFromFarToNearAndBack) {
  wheel.schedule(alarms[0], zero + std::chrono::days(30));
  wheel.schedule(alarms[0], zero + 10ms);
  EXPECT_EQ(expired(zero + 10ms), Ids{0});
  wheel.schedule(alarms[0], zero + 20ms);
  wheel.schedule(alarms[0], zero + std::chrono::days(2));
  EXPECT_EQ(expired(zero + std::chrono::days(2) - 1us), Ids{});
  EXPECT_EQ(expired(zero + std::chrono::days(2)), Ids{0});
}

TEST_F(TimerWheelTest, SchedulingEarlierNeverDelays) {
  wheel.schedule_earlier(alarms[0], zero + 20ms);
  wheel.schedule_earlier(alarms[0], zero + 30ms);
  wheel.schedule_earlier(alarms[0], kNever);
  EXPECT_EQ(wheel.next_deadline(), zero + 20ms);
  wheel.schedule_earlier(alarms[0], zero + 10ms);
  EXPECT_EQ(expired(zero + 10ms), Ids{0});
  EXPECT_EQ(expired(zero + 30ms), Ids{});
}

TEST_F(TimerWheelTest, CancelledNodesStayQuiet) {
  for (std::size_t i = 0; i < 3; ++i) wheel.schedule(alarms[i], zero + 5ms);
  wheel.cancel(alarms[0]);  // the first of its slot
  wheel.cancel(alarms[0]);
  EXPECT_FALSE(alarms[0].armed());
  EXPECT_EQ(expired(zero + 5ms), (Ids{1, 2}));
  wheel.schedule(alarms[0], zero + 9ms);
  wheel.cancel(alarms[0]);
  EXPECT_EQ(wheel.next_deadline(), std::nullopt);
}

TEST_F(TimerWheelTest, NeverMeansCancelled) {
  wheel.schedule(alarms[0], zero + 5ms);
  wheel.schedule(alarms[0], kNever);
  EXPECT_FALSE(alarms[0].armed());
  EXPECT_EQ(wheel.next_deadline(), std::nullopt);
}

TEST_F(TimerWheelTest, ReachesTheEndOfTime) {
  wheel.schedule(alarms[0], kNever - 1us);
  wheel.schedule(alarms[1], kNever - 1ms);
  EXPECT_EQ(expired(kNever - 1ms - 1us), Ids{});
  EXPECT_EQ(expired(kNever - 1us), Ids{1});
  EXPECT_EQ(wheel.next_deadline(), kNever);  // the next tick would begin after the end
}

TEST_F(TimerWheelTest, StartsWhereItIsTold) {
  const Time start = zero + std::chrono::days(365) + 700us;
  TimerWheel late(start);
  late.schedule(alarms[0], start + 1ms);
  late.schedule(alarms[1], zero + 1ms);
  EXPECT_EQ(pop(late, start), 1);
  EXPECT_EQ(pop(late, start), -1);
  EXPECT_EQ(late.next_deadline(), zero + std::chrono::days(365) + 2ms);
}

// A driver that sleeps until next_deadline() wakes at most once per level for one node.
TEST_F(TimerWheelTest, SleepingUntilTheNextDeadlineTakesFewWakeUps) {
  const Time deadline = zero + std::chrono::days(3) + 12'345ms;
  wheel.schedule(alarms[0], deadline);
  Time now = zero;
  int wake_ups = 0;
  while (pop(wheel, now) < 0) {
    const auto next = wheel.next_deadline();
    ASSERT_TRUE(next.has_value());
    ASSERT_GT(*next, now);
    now = *next;
    ++wake_ups;
  }
  EXPECT_EQ(now, deadline);
  EXPECT_LE(wake_ups, 9);
}

TEST_F(TimerWheelTest, ANodeArmedWhileOthersGoOffIsNotLost) {
  wheel.schedule(alarms[0], zero + 10ms);
  wheel.schedule(alarms[1], zero + 30ms);
  EXPECT_EQ(pop(wheel, zero + 50ms), 0);
  wheel.schedule(alarms[2], zero + 20ms);  // already due, before alarm 1
  wheel.schedule(alarms[3], zero + 5ms);   // the tick has passed: counts as the present one
  EXPECT_EQ(expired(zero + 50ms), (Ids{3, 2, 1}));
}

}  // namespace
}  // namespace tcpstack::base
