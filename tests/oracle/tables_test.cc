// The oracle's tables hold nothing that no case needs.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/oracle/cases.h"
#include "tests/oracle/departures.h"
#include "tests/oracle/known_faults.h"
#include "tests/oracle/model.h"
#include "tests/oracle/subject.h"

namespace tcpstack::oracle {
namespace {

bool changes_something(const Departure& row, const Connection& connection, const Segment& segment) {
  if (!row.applies(connection, segment)) return false;
  Model model(connection, segment);
  model.segment_arrives();
  Outcome departed = model.outcome();
  row.instead(connection, segment, {}, departed);
  return departed != model.outcome();
}

TEST(OracleTables, EachDepartureChangesWhatIsExpected) {
  std::vector<bool> is_used(departures().size());
  for (const World& world : worlds()) {
    const Connection connection = before(world);
    for (const Segment& segment : segments_for(world, connection)) {
      for (std::size_t i = 0; i < is_used.size(); ++i) {
        if (!is_used[i]) is_used[i] = changes_something(departures()[i], connection, segment);
      }
    }
  }
  for (std::size_t i = 0; i < is_used.size(); ++i) {
    EXPECT_TRUE(is_used[i]) << "no case needs the departure \"" << departures()[i].what << '"';
  }
}

TEST(OracleTables, EachKnownFaultNamesWorldsThatThereAre) {
  for (const KnownFault& row : known_faults()) {
    EXPECT_FALSE(row.excused.empty()) << "no case needs the known fault \"" << row.what << '"';
    for (const Excused& excused : row.excused) {
      EXPECT_GT(excused.cases, 0) << row.what;
      EXPECT_TRUE(std::any_of(worlds().begin(), worlds().end(), [&](const World& world) {
        return std::string(world.name) == excused.world;
      })) << excused.world;
    }
  }
}

}  // namespace
}  // namespace tcpstack::oracle
