#include "apps/tcpdrill/run/verdict.h"

#include <fmt/format.h>

#include "apps/tcpdrill/language/problem.h"
#include "apps/tcpdrill/run/runner.h"
#include "apps/tcpdrill/run/stack_world.h"

namespace tcpstack::drill {
namespace {

using Kind = Verdict::Kind;

void locate(Verdict& verdict, std::string_view source, std::size_t offset) {
  const Place place = place_of(source, offset);
  verdict.line = place.line;
  verdict.column = place.column;
  verdict.source = place.text;
}

// Runs `step` and makes a verdict of its exception; `offset` returns the script's place then.
template <typename Step, typename Offset>
void judge(Verdict& verdict, std::string_view source, Step step, Offset offset) {
  try {
    step();
    return;
  } catch (const Malformed& problem) {
    verdict.kind = Kind::malformed;
    verdict.why = problem.what();
    locate(verdict, source, problem.offset);
    return;
  } catch (const Unsupported& problem) {
    verdict.kind = Kind::unsupported;
    verdict.why = problem.what();
    if (problem.offset) return locate(verdict, source, *problem.offset);
  } catch (const Mismatch& problem) {
    verdict.kind = Kind::failed;
    verdict.why = problem.what();
  }
  if (const auto at = offset()) locate(verdict, source, *at);
}

std::unique_ptr<World> make_stack_world(const Setup& setup, Flows& flows, Story& story,
                                        Time epoch) {
  return std::make_unique<StackWorld>(setup, flows, story, epoch);
}

// The start of a run that gives our first SYN the ISN of the switches. The clock of ISNs ticks every 4 microseconds
// (RFC 9293 section 3.4.1), so a run from time 0 shows the distance.
Time epoch_for(const Script& script, const Setup& setup, const WorldMaker& make_world) {
  if (!setup.switches.our_isn) return Time{};
  Runner probe(script, setup, make_world, false, {}, Time{});
  Verdict ignored;
  judge(ignored, script.source, [&] { probe.run(); }, [] { return std::optional<std::size_t>(); });
  const auto isn = probe.our_first_isn();
  return isn ? Time(std::chrono::microseconds(4) * std::int64_t{*setup.switches.our_isn - *isn})
             : Time{};
}

void run_parsed(Verdict& verdict, const Script& script, const RunOptions& options) {
  std::optional<Runner> runner;
  const auto make = [&] {
    const WorldMaker make_world = options.make_world ? options.make_world : make_stack_world;
    const Setup setup = set_up(script, options.switches);
    const Time epoch = epoch_for(script, setup, make_world);
    runner.emplace(script, setup, make_world, options.narrate, options.sink, epoch);
  };
  const auto preamble = [&] {
    return script.preamble ? std::optional(script.preamble->offset) : std::nullopt;
  };
  judge(verdict, script.source, make, preamble);
  if (!runner) return;
  verdict.switches = describe(runner->switches());
  const auto offset = [&] {
    return runner->event() == nullptr ? std::nullopt : std::optional(runner->event()->offset);
  };
  judge(verdict, script.source, [&] { runner->run(); }, offset);
  verdict.story = runner->story().lines();
}

std::string indented(std::string text) {
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 3)
    text.replace(at, 1, "\n  ");
  return "  " + text + "\n";
}

std::string place_text(const Verdict& verdict) {
  return verdict.line == 0 ? verdict.script : fmt::format("{}:{}", verdict.script, verdict.line);
}

std::string story_text(const Verdict& verdict) {
  std::string text;
  for (const std::string& line : verdict.story) text += line + '\n';
  return text;
}

}  // namespace

Verdict run_script(const std::string& name, const std::string& source, const RunOptions& options) {
  Verdict verdict{.script = name};
  Script script;
  const auto nowhere = [] { return std::optional<std::size_t>(); };
  judge(
      verdict, source, [&] { script = parse_script(name, source, options.definitions); }, nowhere);
  if (verdict.kind == Kind::passed) run_parsed(verdict, script, options);
  return verdict;
}

std::string to_text(const Verdict& verdict, bool verbose) {
  const std::string story = story_text(verdict);
  switch (verdict.kind) {
    case Kind::passed:
      return fmt::format("PASS {}{}\n{}", verdict.script, verdict.switches, verbose ? story : "");
    case Kind::unsupported:
      return fmt::format("UNSUPPORTED {}: {}\n{}", place_text(verdict), verdict.why,
                         verbose ? story : "");
    case Kind::malformed:
      return fmt::format("{}:{}: expected {}\n  {}\n  {}^\n", place_text(verdict), verdict.column,
                         verdict.why, verdict.source, std::string(verdict.column - 1, ' '));
    case Kind::failed: break;
  }
  return fmt::format("FAIL {}{}\n{}{}:\n  {}\n{}", verdict.script, verdict.switches, story,
                     place_text(verdict), verdict.source, indented(verdict.why));
}

}  // namespace tcpstack::drill
