#include "apps/tcpdrill/kernel/on_kernel.h"

#include <future>
#include <sys/prctl.h>
#include <sys/utsname.h>

#include <pthread.h>

#include "apps/tcpdrill/kernel/kernel_world.h"

namespace tcpstack::drill {
namespace {

constexpr int kMostRuns = 3;

// Other programs of the machine delay a script less, and timeouts are not rounded up.
void be_punctual() {
  prctl(PR_SET_TIMERSLACK, 1UL);
  const sched_param first{.sched_priority = 1};
  (void)pthread_setschedparam(pthread_self(), SCHED_FIFO,
                              &first);  // without the right to do so: as it is
}

std::unique_ptr<World> make_kernel_world(const Setup& setup, Flows& flows, Story& /*story*/,
                                         Time /*epoch*/) {
  return std::make_unique<KernelWorld>(setup, flows);
}

}  // namespace

std::string kernel_release() {
  utsname system{};
  uname(&system);
  return system.release;
}

Verdict run_on_kernel(const std::string& name, const std::string& source,
                      const RunOptions& options) {
  RunOptions on_kernel = options;
  on_kernel.make_world = make_kernel_world;
  // The thread's namespace ends with it.
  const auto run = [&] {
    return std::async(std::launch::async,
                      [&] {
                        be_punctual();
                        return run_script(name, source, on_kernel);
                      })
        .get();
  };
  Verdict verdict = run();
  for (int runs = 1; runs < kMostRuns && verdict.kind == Verdict::Kind::failed; ++runs)
    verdict = run();
  return verdict;
}

}  // namespace tcpstack::drill
