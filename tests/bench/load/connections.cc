// Many connections: opened and closed at once, or opened and left open.
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <vector>

#include <unistd.h>

#include "tests/bench/load/works.h"

namespace tcpstack::bench {
namespace {

constexpr std::size_t kAtATime = 50;  // handshakes under way while many connections are opened

enum class Until { established, echoed };

// Connections on their way from the SYN to the end of the handshake, or to the echo of one byte.
class Opener {
 public:
  explicit Opener(const Target& target) : target_(target), endpoints_(target) {
    if (!poll_) fail("epoll_create1");
  }

  // `place` is the caller's name for the connection; a new attempt may start there.
  void start(std::size_t place, Until until) {
    if (place >= under_way_.size()) under_way_.resize(place + 1);
    Attempt& attempt = under_way_[place];
    attempt = {
        .socket = endpoints_.start_connect(target_.echo), .began = Clock::now(), .until = until};
    epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.u64 = place}};
    if (::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, attempt.socket.get(), &event) != 0)
      fail("epoll_ctl");
  }

  // Waits, and calls done(place, socket, time since the SYN) for each finished connection.
  template <typename Done>
  void wait(Done done) {
    constexpr int kPatience = 10'000;  // ms
    std::array<epoll_event, 64> events{};
    const int count = ::epoll_wait(poll_.get(), events.data(), events.size(), kPatience);
    if (count == 0) throw std::runtime_error("no connection came or answered in 10 s");
    for (int i = 0; i < count; ++i) {
      const auto place = static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64);
      Attempt& attempt = under_way_[place];
      if (!attempt.socket || !proceed(attempt)) continue;
      Descriptor socket = std::move(attempt.socket);
      done(place, std::move(socket), Clock::now() - attempt.began);
    }
  }

 private:
  struct Attempt {
    Descriptor socket;
    Clock::time_point began;
    Until until = Until::echoed;
    bool asked = false;
  };

  static void require_established(int socket) {
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0) fail("getsockopt");
    errno = error;
    if (error != 0) fail("a connection was not established");
  }

  // One step: sends the byte once the connection is there, or takes its echo. Returns true at the last step.
  static bool proceed(Attempt& attempt) {
    char byte = 'x';
    const int socket = attempt.socket.get();
    if (attempt.until == Until::established) {
      require_established(socket);
      return true;
    }
    if (!attempt.asked) {
      if (::send(socket, &byte, 1, MSG_NOSIGNAL) != 1) fail("a connection was not established");
      attempt.asked = true;
      return false;
    }
    const ssize_t size = ::recv(socket, &byte, 1, 0);
    if (size < 0 && errno == EAGAIN) return false;
    if (size < 0) fail("a connection has failed");
    if (size == 0) throw std::runtime_error("a connection was closed without an echo");
    return true;
  }

  const Target& target_;
  LocalEndpoints endpoints_;
  Descriptor poll_{::epoll_create1(EPOLL_CLOEXEC)};
  std::vector<Attempt> under_way_;
};

// Connections that stay open. A process has a limited number of descriptors. When they are used up, a child that
// does nothing else holds the connections instead.
class OpenConnections {
 public:
  OpenConnections() = default;
  OpenConnections(const OpenConnections&) = delete;
  OpenConnections& operator=(const OpenConnections&) = delete;
  ~OpenConnections() {
    for (const pid_t child : children_) {
      ::kill(child, SIGKILL);
      ::waitpid(child, nullptr, 0);
    }
  }

  void add(Descriptor socket) {
    here_.push_back(std::move(socket));
    ++count_;
    if (here_.size() < most_here_) return;
    const auto began = Clock::now();
    leave_to_child();
    lost_ += Clock::now() - began;
  }
  [[nodiscard]] std::size_t count() const { return count_; }
  // The present time, less the time that children have taken, which is not the server's.
  [[nodiscard]] Clock::time_point now() const { return Clock::now() - lost_; }

 private:
  static std::size_t allowed_descriptors() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) fail("getrlimit");
    limit.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) fail("setrlimit");
    return limit.rlim_cur;
  }

  void leave_to_child() {
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0) fail("fork");
    if (child == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      while (::getppid() == parent) ::pause();
      ::_exit(0);
    }
    children_.push_back(child);
    here_.clear();
  }

  static constexpr std::size_t kOthers =
      100 + kAtATime;  // for the handshakes, and those that the process has already
  const std::size_t most_here_ = allowed_descriptors() - kOthers;
  std::size_t count_ = 0;
  Clock::duration lost_{};
  std::vector<Descriptor> here_;
  std::vector<pid_t> children_;
};

// Opens one more connection: afterwards the server has processed all before it.
Descriptor last_connection(Opener& opener) {
  opener.start(0, Until::echoed);
  Descriptor last;
  while (!last)
    opener.wait([&](std::size_t, Descriptor socket, Clock::duration) { last = std::move(socket); });
  return last;
}

Report open_and_leave(const Plan& plan, Until until) {
  // The rate at the beginning and at the end, each over a tenth, but at most 1,000 connections.
  const std::size_t part = std::clamp<std::size_t>(plan.connections / 10, 1, 1000);
  const std::size_t resident_before = plan.server.resident_bytes();
  Opener opener(plan.target);
  OpenConnections open;
  std::size_t started = 0;
  while (started < std::min(kAtATime, plan.connections)) opener.start(started++, until);
  const auto began = open.now();
  std::optional<Seconds> first_part;
  Clock::time_point last_part_began = began;
  while (open.count() < plan.connections) {
    opener.wait([&](std::size_t place, Descriptor socket, Clock::duration) {
      open.add(std::move(socket));
      if (open.count() == part) first_part = open.now() - began;
      if (open.count() == plan.connections - part) last_part_began = open.now();
      if (started < plan.connections) {
        opener.start(place, until);
        ++started;
      }
    });
  }
  const auto end = open.now();
  const Descriptor last = last_connection(opener);
  Report report;
  const auto count = static_cast<double>(plan.connections);
  report.add("connections", count);
  report.add("per_s", count / Seconds(end - began).count());
  report.add("first_per_s", static_cast<double>(part) / first_part.value_or(end - began).count());
  report.add("last_per_s", static_cast<double>(part) / Seconds(end - last_part_began).count());
  if (plan.server.is_known()) {
    const auto grown =
        static_cast<double>(plan.server.resident_bytes()) - static_cast<double>(resident_before);
    report.add("rss_bytes_each", grown / count);
  }
  return report;
}

}  // namespace

Report connect_echo_close(const Plan& plan) {
  Opener opener(plan.target);
  for (std::size_t i = 0; i < plan.connections; ++i) opener.start(i, Until::echoed);
  Latencies latencies;
  const auto run_until = [&](Clock::time_point end) {
    while (Clock::now() < end) {
      opener.wait([&](std::size_t place, Descriptor socket, Clock::duration took) {
        latencies.add(took);
        {
          const Descriptor closed = std::move(socket);
        }
        opener.start(place, Until::echoed);
      });
    }
  };
  run_until(after(plan.warm_up));
  latencies.clear();
  const Seconds cpu_began = plan.server.cpu_time();
  const auto began = Clock::now();
  run_until(after(plan.length));
  const Seconds took = Clock::now() - began;
  const auto count = static_cast<double>(latencies.count());
  const Seconds cpu = plan.server.cpu_time() - cpu_began;
  Report report;
  report.add("per_s", count / took.count());
  latencies.report(report);
  if (plan.server.is_known()) report.add("server_cpu_us_each", cpu.count() * 1e6 / count);
  return report;
}

Report idle(const Plan& plan) { return open_and_leave(plan, Until::established); }

Report idle_after_echo(const Plan& plan) { return open_and_leave(plan, Until::echoed); }

}  // namespace tcpstack::bench
