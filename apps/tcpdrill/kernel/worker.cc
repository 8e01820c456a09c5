#include "apps/tcpdrill/kernel/worker.h"

#include <csignal>
#include <sys/eventfd.h>
#include <utility>

namespace tcpstack::drill {
namespace {

// A signal with a handler that does nothing makes a blocking system call return EINTR.
constexpr int kInterrupt = SIGUSR1;

void prepare_interrupt() {
  struct sigaction action{};
  action.sa_handler = [](int) {};
  sigaction(kInterrupt, &action, nullptr);
  // A write to a connection that has ended gives EPIPE instead of the end of this program.
  std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

Worker::Worker() : news_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  prepare_interrupt();
  thread_ = std::thread([this] { work(); });
}

Worker::~Worker() {
  std::unique_lock lock(mutex_);
  stops_ = true;
  changed_.notify_all();
  // The signal may come just before the call blocks, so one is not enough.
  while (!changed_.wait_for(lock, std::chrono::milliseconds(1), [this] { return has_ended_; }))
    pthread_kill(thread_.native_handle(), kInterrupt);
  lock.unlock();
  thread_.join();
}

void Worker::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stops_ || (call_ && !outcome_); });
    if (stops_) break;
    lock.unlock();
    const Outcome outcome = call_();
    lock.lock();
    outcome_ = outcome;
    eventfd_write(news_.get(), 1);
    changed_.notify_all();
  }
  has_ended_ = true;
  changed_.notify_all();
}

void Worker::begin(std::function<Outcome()> call) {
  const std::lock_guard lock(mutex_);
  call_ = std::move(call);
  changed_.notify_all();
}

std::optional<Outcome> Worker::finish(Duration longest) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, longest, [this] { return outcome_.has_value(); });
  if (!outcome_) return std::nullopt;
  eventfd_t ended = 0;
  eventfd_read(news_.get(), &ended);
  call_ = nullptr;
  return std::exchange(outcome_, std::nullopt);
}

}  // namespace tcpstack::drill
