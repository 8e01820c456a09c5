// Compares stack/tcp with the model, case by case: model.h says what should happen, subject.h what does, cases.h what is
// tried. A world is a test of its own, so that they run side by side. TCPSTACK_ORACLE_ALL=1 prints each difference.
#include <cstdlib>
#include <map>
#include <ostream>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "stack/wire/notation.h"
#include "tests/oracle/cases.h"
#include "tests/oracle/departures.h"
#include "tests/oracle/known_faults.h"
#include "tests/oracle/model.h"
#include "tests/oracle/subject.h"

namespace tcpstack::oracle {

// For GoogleTest.
void PrintTo(const World& world, std::ostream* out) { *out << world.name; }

namespace {

const char* name(Kind kind) {
  switch (kind) {
    case Kind::none: return "no answer";
    case Kind::ack: return "ACK";
    case Kind::rst: return "RST";
    case Kind::rst_ack: return "RST,ACK";
    case Kind::syn_ack: return "SYN,ACK";
    case Kind::something_else: return "another answer";
  }
  return "";
}

const char* name(Signal signal) {
  switch (signal) {
    case Signal::none: return "";
    case Signal::end_of_stream: return ", end of stream";
    case Signal::reset: return ", \"connection reset\"";
    case Signal::refused: return ", \"connection refused\"";
    case Signal::closing: return ", \"connection closing\"";
  }
  return "";
}

// The base of the peer's and of people's numbers: 0 is the SYN.
std::int32_t relative(Number number, Number base) {
  return static_cast<std::int32_t>(number - base);
}

std::string describe(const Answer& answer, const Connection& before) {
  const std::int32_t seq = relative(answer.seq, before.iss);
  const std::int32_t ack = relative(answer.ack, before.irs);
  if (answer.kind == Kind::none) return name(answer.kind);
  if (answer.kind == Kind::rst) return fmt::format("RST <SEQ={}>", seq);
  if (answer.kind == Kind::rst_ack) {  // its SEQ is 0, not our ISS
    return fmt::format("RST,ACK <SEQ={} of 2**32><ACK={}>", answer.seq, ack);
  }
  return fmt::format("{} <SEQ={}><ACK={}>", name(answer.kind), seq, ack);
}

std::string describe(const Outcome& out, const Connection& before) {
  std::string text = fmt::format("{}, {}", tcp::name(out.state), describe(out.answer, before));
  text += fmt::format(", {} octets{}", out.text, name(out.signal));
  if (out.urgent) text += fmt::format(", urgent up to {}", relative(*out.urgent, before.irs));
  if (out.rcv_nxt) text += fmt::format(", RCV.NXT {}", relative(*out.rcv_nxt, before.irs));
  if (out.snd_una) text += fmt::format(", SND.UNA {}", relative(*out.snd_una, before.iss));
  if (out.snd_wnd) text += fmt::format(", SND.WND {}", *out.snd_wnd);
  if (out.shrinks_window) text += ", the right edge moves left";
  if (out.restarts_2msl == true) text += ", 2 MSL again";
  return text;
}

struct Expectation {
  Outcome outcome;
  std::string clause;
};

// The model's outcome, and the departures.
Expectation expect(const Connection& before, const Segment& segment, const Outcome& got) {
  Model model(before, segment);
  model.segment_arrives();
  Expectation expected{model.outcome(), model.clause()};
  for (const Departure& row : departures()) {
    if (!row.applies(before, segment)) continue;
    row.instead(before, segment, got, expected.outcome);
    expected.clause += fmt::format(" [departure: {}]", row.what);
  }
  return expected;
}

// Fields that the RFC leaves open, or that this world cannot show.
void forget_what_is_open(Outcome& expected, Outcome& got) {
  if (!expected.snd_wnd || !got.snd_wnd) expected.snd_wnd = got.snd_wnd = std::nullopt;
  if (!got.restarts_2msl) expected.restarts_2msl.reset();
}

// The differences between the stack and the model in one world.
class Differences {
 public:
  explicit Differences(const World& world) : world_(world), before_(before(world)) {}

  void add(const Segment& segment, const Expectation& expected, const Outcome& got) {
    for (std::size_t i = 0; i < known_faults().size(); ++i) {
      if (!known_faults()[i].condition(before_, segment, expected.outcome, got)) continue;
      ++excused_[i];
      return;
    }
    const std::string story =
        fmt::format("{}: {}\n  expected {}  ({})\n  got      {}\n", world_.name,
                    wire::to_notation(header_of(segment), segment.text, {before_.irs, before_.iss}),
                    describe(expected.outcome, before_), expected.clause, describe(got, before_));
    if (std::getenv("TCPSTACK_ORACLE_ALL") != nullptr) fmt::print("{}", story);
    // Of each kind, the first is told.
    auto& [count, example] = kinds_[fmt::format(
        "{} {} {} {} {}", expected.clause, static_cast<int>(expected.outcome.answer.kind),
        static_cast<int>(expected.outcome.state), static_cast<int>(got.answer.kind),
        static_cast<int>(got.state))];
    if (count++ == 0) example = story;
  }

  void report() const {
    for (const auto& [kind, cases] : kinds_) {
      ADD_FAILURE() << cases.first << " cases like " << cases.second;
    }
    for (std::size_t i = 0; i < known_faults().size(); ++i) {
      const KnownFault& row = known_faults()[i];
      const int recorded = recorded_cases(row);
      const auto found = excused_.find(i);
      const int excused = found == excused_.end() ? 0 : found->second;
      EXPECT_EQ(excused, recorded)
          << "known_faults.cc, in the row \"" << row.what << "\": say {\"" << world_.name << "\", "
          << excused << "}" << (excused == 0 ? ", that is, take it out: it is repaired" : "");
    }
  }

 private:
  [[nodiscard]] int recorded_cases(const KnownFault& row) const {
    for (const Excused& excused : row.excused) {
      if (std::string(excused.world) == world_.name) return excused.cases;
    }
    return 0;
  }

  const World& world_;
  Connection before_;
  std::map<std::string, std::pair<int, std::string>> kinds_;
  std::map<std::size_t, int> excused_;
};

class Oracle : public testing::TestWithParam<World> {};

TEST_P(Oracle, Agrees) {
  const World& world = GetParam();
  const Subject first(world);
  ASSERT_EQ(first.problem(), "") << "on the way into " << world.name;
  ASSERT_EQ(first.before().state, world.state);
  const Connection connection = before(world);
  Differences differences(world);
  const auto segments = segments_for(world, connection);
  for (const Segment& segment : segments) {
    Outcome got = Subject(world).arrives(segment);
    Expectation expected = expect(connection, segment, got);
    forget_what_is_open(expected.outcome, got);
    if (got != expected.outcome) differences.add(segment, expected, got);
  }
  differences.report();
  RecordProperty("cases", static_cast<int>(segments.size()));
}

INSTANTIATE_TEST_SUITE_P(World, Oracle, testing::ValuesIn(worlds()),
                         [](const auto& world) { return std::string(world.param.name); });

}  // namespace
}  // namespace tcpstack::oracle
