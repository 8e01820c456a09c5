// One byte there and back, on one connection or on many.
#include <array>
#include <csignal>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <vector>

#include <sched.h>
#include <unistd.h>

#include "tests/bench/load/works.h"

namespace tcpstack::bench {
namespace {

constexpr char kByte = 'x';

void request(int socket) {
  if (::send(socket, &kByte, 1, MSG_NOSIGNAL) != 1) fail("a request could not be sent");
}

void response(int socket) {
  char byte = 0;
  const ssize_t size = ::recv(socket, &byte, 1, 0);
  if (size < 0) fail("a response did not come");
  if (size == 0 || byte != kByte) throw std::runtime_error("a response was wrong");
}

// With one connection there is only its response to wait for.
void run_one(int socket, Clock::time_point end, Latencies& latencies) {
  for (auto began = Clock::now(); began < end;) {
    request(socket);
    response(socket);
    const auto now = Clock::now();
    latencies.add(now - began);
    began = now;
  }
}

// Many connections, each with one request under way at any time.
class Requests {
 public:
  explicit Requests(const Plan& plan) : began_(plan.connections) {
    if (!poll_) fail("epoll_create1");
    for (std::size_t i = 0; i < plan.connections; ++i) {
      sockets_.push_back(connect_to(plan.target.server, plan.target.echo));
      epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
      ::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, sockets_[i].get(), &event);
      start(i, Clock::now());
    }
  }

  void run_until(Clock::time_point end, Latencies& latencies) {
    constexpr int kPatience = 10'000;  // ms
    std::array<epoll_event, 64> events{};
    for (auto now = Clock::now(); now < end;) {
      const int count = ::epoll_wait(poll_.get(), events.data(), events.size(), kPatience);
      if (count == 0) throw std::runtime_error("no response came in 10 s");
      now = Clock::now();
      for (int i = 0; i < count; ++i) {
        const auto index = static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64);
        response(sockets_[index].get());
        latencies.add(now - began_[index]);
        start(index, now);
      }
    }
  }

 private:
  void start(std::size_t index, Clock::time_point now) {
    began_[index] = now;
    request(sockets_[index].get());
  }

  Descriptor poll_{::epoll_create1(EPOLL_CLOEXEC)};
  std::vector<Descriptor> sockets_;
  std::vector<Clock::time_point> began_;
};

// Calls run(end, latencies) for the warm-up and again for the measurement.
template <typename Run>
Report measure(const Plan& plan, Run run) {
  Latencies latencies;
  run(after(plan.warm_up), latencies);
  latencies.clear();
  const Seconds cpu_began = plan.server.cpu_time();
  const auto began = Clock::now();
  run(after(plan.length), latencies);
  const Seconds took = Clock::now() - began;
  const Seconds cpu = plan.server.cpu_time() - cpu_began;
  const auto count = static_cast<double>(latencies.count());
  Report report;
  report.add("per_s", count / took.count());
  latencies.report(report);
  if (plan.server.is_known()) report.add("server_cpu_us_each", cpu.count() * 1e6 / count);
  return report;
}

Latencies measure_one(int socket, Seconds length) {
  Latencies latencies;
  run_one(socket, after(length), latencies);
  return latencies;
}

// From now on this process, but none that it starts, gets a processor as soon as it wants one. Otherwise, with few
// processors, the result would measure the scheduler's choice between client and uploader. Returns true if this was
// allowed.
bool come_first() {
  const sched_param priority{.sched_priority = 1};
  return ::sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &priority) == 0;
}

// A process that uploads until it is killed.
class Uploader {
 public:
  explicit Uploader(Plan plan) : process_(::fork()) {
    if (process_ < 0) fail("fork");
    if (process_ > 0) return;
    plan.length = Seconds(3600);
    try {
      upload(plan);
    } catch (const std::exception&) {
    }
    ::_exit(1);
  }
  ~Uploader() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  Uploader(const Uploader&) = delete;
  Uploader& operator=(const Uploader&) = delete;

 private:
  pid_t process_;
};

}  // namespace

Report request_response(const Plan& plan) {
  if (plan.connections == 1) {
    const Descriptor socket = connect_to(plan.target.server, plan.target.echo);
    return measure(plan, [&](Clock::time_point end, Latencies& latencies) {
      run_one(socket.get(), end, latencies);
    });
  }
  Requests requests(plan);
  return measure(plan, [&](Clock::time_point end, Latencies& latencies) {
    requests.run_until(end, latencies);
  });
}

Report request_beside_upload(const Plan& plan) {
  const Descriptor socket = connect_to(plan.target.server, plan.target.echo);
  Report report;
  report.add("comes_first", come_first() ? 1 : 0);
  measure_one(socket.get(), plan.warm_up);
  measure_one(socket.get(), plan.length).report(report, "idle_");
  const Uploader uploader(plan);
  measure_one(socket.get(), plan.warm_up);
  Latencies loaded = measure_one(socket.get(), plan.length);
  report.add("per_s", static_cast<double>(loaded.count()) / plan.length.count());
  loaded.report(report);
  return report;
}

}  // namespace tcpstack::bench
