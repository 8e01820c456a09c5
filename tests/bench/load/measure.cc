#include "tests/bench/load/measure.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

namespace tcpstack::bench {

std::string Report::json(std::string_view work) const {
  std::string text = fmt::format(R"({{"work": "{}")", work);
  for (const auto& [name, value] : figures_) text += fmt::format(R"(, "{}": {:.6g})", name, value);
  return text + "}";
}

void Latencies::report(Report& report, const std::string& prefix) {
  if (times_.empty()) return;
  std::ranges::sort(times_);
  const auto add = [&](const char* name, double part) {
    const auto last = static_cast<double>(times_.size() - 1);
    const auto time = times_[static_cast<std::size_t>(std::ceil(last * part))];
    report.add(prefix + name, std::chrono::duration<double, std::micro>(time).count());
  };
  add("p50_us", 0.5);
  add("p90_us", 0.9);
  add("p99_us", 0.99);
  add("max_us", 1);
}

// proc(5): the first figure of schedstat is the time on the CPU, in nanoseconds.
Seconds Server::cpu_time() const {
  std::ifstream file(fmt::format("/proc/{}/schedstat", process_));
  std::uint64_t nanoseconds = 0;
  if (is_known()) file >> nanoseconds;
  return std::chrono::nanoseconds(nanoseconds);
}

// The second figure of statm is the resident set, in pages.
std::size_t Server::resident_bytes() const {
  std::ifstream file(fmt::format("/proc/{}/statm", process_));
  std::size_t total = 0;
  std::size_t resident = 0;
  if (is_known()) file >> total >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace tcpstack::bench
