// Nothing counts in secret: the program shows every counter and every drop.
#include "apps/tcpstack/counts.h"

#include <algorithm>
#include <set>
#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/tcpstack/banner.h"
#include "apps/tcpstack/connection_table.h"
#include "stack/trace/counter_names.h"

namespace tcpstack::app {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

// Each counter and each drop with a value of its own.
Counters all_different() {
  Counters counters;
  std::uint64_t value = 1000;
  for (std::uint64_t& drop : counters.drops) drop = ++value;
  for (const NamedCounter& each : kNamedCounters) counters.*each.value = ++value;
  return counters;
}

std::string words(const char* name, std::uint64_t value) {
  std::string row = "  " + std::string(name);
  row.resize(std::max<std::size_t>(row.size(), 26), ' ');
  return row + "   " + std::to_string(value);
}

// counter_names.h asserts that there are as many names as fields.
TEST(Counts, EveryFieldOfCountersHasOneName) {
  const Counters counters = all_different();
  std::set<std::string> names;
  std::set<std::uint64_t> values;
  for (const NamedCounter& each : kNamedCounters) {
    EXPECT_TRUE(names.insert(each.name).second) << each.name << " twice";
    EXPECT_TRUE(values.insert(counters.*each.value).second) << each.name << " is another's field";
  }
}

TEST(Counts, TheSummaryShowsEveryCounterAndDrop) {
  const Counters counters = all_different();
  const std::string text = summary({}, counters, 0);
  Options options;
  options.log_format = LogFormat::json;
  const json::value object = json::parse(summary(options, counters, 0));
  for (const NamedCounter& each : kNamedCounters) {
    EXPECT_THAT(text, HasSubstr(words(each.name, counters.*each.value)));
    EXPECT_EQ(object.at(each.name), counters.*each.value) << each.name;
  }
  for (std::size_t i = 0; i < kDropCount; ++i) {
    const char* const drop = name(static_cast<Drop>(i));
    EXPECT_THAT(text, HasSubstr(words(drop, counters.drops[i])));
    EXPECT_EQ(object.at("drops").at(drop), counters.drops[i]) << drop;
  }
}

TEST(Counts, TheRunningProgramShowsThemToo) {
  const Counters counters = all_different();
  const json::value object = json::parse(connection_json({}, {}, counters));
  for (const NamedCounter& each : kNamedCounters) {
    EXPECT_THAT(counter_table(counters), HasSubstr(words(each.name, counters.*each.value)));
    EXPECT_EQ(object.at("counters").at(each.name), counters.*each.value) << each.name;
  }
  for (std::size_t i = 0; i < kDropCount; ++i) {
    const char* const drop = name(static_cast<Drop>(i));
    EXPECT_THAT(drop_table(counters), HasSubstr(words(drop, counters.drops[i])));
    EXPECT_THAT(drop_table({}), HasSubstr(drop));
    EXPECT_EQ(object.at("drops").at(drop), counters.drops[i]) << drop;
  }
}

TEST(Counts, TheShortFormHasOnlyWhatOccurred) {
  Counters counters;
  EXPECT_EQ(short_counter_table(counters), "");
  EXPECT_EQ(short_drop_table(counters), "nothing dropped\n");
  counters.challenge_acks = 2;
  EXPECT_EQ(short_counter_table(counters), "counted:\n  challenge_acks                2\n");
}

}  // namespace
}  // namespace tcpstack::app
