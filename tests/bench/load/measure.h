// The parts of a measurement: a clock, latencies and their percentiles, and the resources that the server's process
// has used.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace tcpstack::bench {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

inline Clock::time_point after(Seconds time) {
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(time);
}

// Names and figures, in the order of the calls.
class Report {
 public:
  void add(std::string name, double value) { figures_.emplace_back(std::move(name), value); }
  // One JSON object, in one line.
  [[nodiscard]] std::string json(std::string_view work) const;

 private:
  std::vector<std::pair<std::string, double>> figures_;
};

class Latencies {
 public:
  void add(Clock::duration time) { times_.push_back(time); }
  void clear() { times_.clear(); }
  [[nodiscard]] std::size_t count() const { return times_.size(); }
  // Adds p50, p90, p99 and the largest, in microseconds, each name behind `prefix`.
  void report(Report& report, const std::string& prefix = "");

 private:
  std::vector<Clock::duration> times_;
};

// The server's process in /proc. Without a process (0) all figures are 0.
class Server {
 public:
  explicit Server(pid_t process) : process_(process) {}
  // CPU time so far of its main thread, its only one.
  [[nodiscard]] Seconds cpu_time() const;
  [[nodiscard]] std::size_t resident_bytes() const;
  [[nodiscard]] bool is_known() const { return process_ != 0; }

 private:
  pid_t process_;
};

}  // namespace tcpstack::bench
