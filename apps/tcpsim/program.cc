// See program.h.
#include "apps/tcpsim/program.h"

#include <cstdio>
#include <list>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "apps/tcpsim/capture.h"
#include "apps/tcpsim/chart.h"
#include "apps/tcpsim/figure.h"
#include "apps/tcpsim/recorder.h"
#include "apps/tcpsim/report.h"
#include "stack/device/output_file.h"
#include "stack/sim/invariants.h"

namespace tcpstack::simulator {
namespace {

constexpr std::uint64_t kMostFailures = 10;  // the run of many worlds ends after these

// "a; b; ": a list of broken rules, for a line of its own.
std::string as_line(std::string wrong) {
  while (wrong.ends_with(' ') || wrong.ends_with(';')) wrong.pop_back();
  return wrong;
}

void write_file(const std::string& path, const std::string& text) {
  auto file = device::OutputFile::open(path);
  if (!file) throw std::runtime_error(file.error().message);
  file->write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  if (!file->flush()) throw std::runtime_error(file->error()->message);
}

bool run_world(const Options& options) {
  sim::World world(options.world);
  std::list<Recorder> recorders;
  for (std::size_t i = 0; i < world.flow_count(); ++i) recorders.emplace_back(world, i);
  std::optional<Capture> capture;
  if (!options.capture.empty()) capture.emplace(options.capture).watch(world);

  const sim::Outcome outcome = world.run();

  std::vector<Record> records;
  for (const Recorder& recorder : recorders) records.push_back(recorder.record());
  fmt::print("{}", table(world, options.world, records));
  if (capture) capture->finish();
  if (!options.plot.empty()) write_file(options.plot, to_svg(figure(options.world, records)));
  if (!options.csv.empty()) write_file(options.csv, csv(records));
  const std::string wrong = sim::violations(world, options.world, outcome);
  if (!wrong.empty()) fmt::print(stderr, "tcpsim: a rule does not hold: {}\n", as_line(wrong));
  return wrong.empty();
}

// Prints ten times in all, so that the user sees progress.
void tell_progress(std::uint64_t done, std::uint64_t of, std::uint64_t failures) {
  if (of < 10 || done % (of / 10) != 0) return;
  fmt::print(stderr, "tcpsim: {} of {} worlds, {} failed\n", done, of, failures);
}

bool run_seeds(const Options& options) {
  std::uint64_t failures = 0;
  std::uint64_t digest = 0;
  std::uint64_t done = 0;
  while (done < options.seeds && failures < kMostFailures) {
    const std::uint64_t seed = options.world.seed + done;
    sim::WorldOptions random = sim::random_world(seed);
    random.limit = options.world.limit;
    sim::World world(random);
    const std::string wrong = sim::violations(world, random, world.run());
    digest = digest * 31 + world.digest();
    ++done;
    if (!wrong.empty()) {
      ++failures;
      fmt::print("seed {}: {}\n  tcpsim --world {} --capture {}.pcapng\n", seed, as_line(wrong),
                 seed, seed);
    }
    tell_progress(done, options.seeds, failures);
  }
  fmt::print("{} worlds, {} failed, digest {:016x}\n", done, failures, digest);
  return failures == 0;
}

}  // namespace

bool run(const Options& options) {
  return options.seeds > 0 ? run_seeds(options) : run_world(options);
}

}  // namespace tcpstack::simulator
