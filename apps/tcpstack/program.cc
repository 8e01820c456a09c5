#include "apps/tcpstack/program.h"

#include <csignal>
#include <cstdio>
#include <functional>
#include <stdexcept>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "apps/common/link.h"
#include "apps/tcpstack/banner.h"
#include "apps/tcpstack/inquiry.h"
#include "apps/tcpstack/services.h"
#include "apps/tcpstack/views.h"
#include "stack/runtime/runtime.h"

namespace tcpstack::app {

namespace asio = boost::asio;

namespace {

constexpr auto kGoodbye = std::chrono::seconds(5);
constexpr auto kFlushEvery = std::chrono::seconds(1);

// Messages about the program itself go to standard error, in one form.
void set_up_log(LogLevel level) {
  auto logger = std::make_shared<spdlog::logger>("tcpstack",
                                                 std::make_shared<spdlog::sinks::stderr_sink_st>());
  logger->set_pattern("tcpstack: %v");
  logger->set_level(to_spdlog(level));
  spdlog::set_default_logger(std::move(logger));
}

// The loop, its signals and its end.
class Loop {
 public:
  asio::io_context& context() { return context_; }

  // Runs until a signal has ended the runtime, or its device has failed.
  void run(runtime::runtime& runtime, Capture* capture) {
    runtime.on_device_failure([this](const runtime::error_code& ec) {
      failure_ = ec;
      context_.stop();
    });
    wait_for_signal(runtime);
    if (capture != nullptr) flush_regularly(*capture);
    context_.run();
  }

  // The error of the device, if it has failed.
  [[nodiscard]] const runtime::error_code& failure() const { return failure_; }

 private:
  // The second signal has the same handler: a second async_stop() does not wait.
  void wait_for_signal(runtime::runtime& runtime) {
    signals_.async_wait([&](const runtime::error_code& ec, int) {
      if (ec) return;
      runtime.async_stop(kGoodbye, [this](const runtime::error_code&) { context_.stop(); });
      wait_for_signal(runtime);
    });
  }

  void flush_regularly(Capture& capture) {
    timer_.expires_after(kFlushEvery);
    timer_.async_wait([&](const runtime::error_code& ec) {
      if (ec) return;
      capture.flush();
      flush_regularly(capture);
    });
  }

  asio::io_context context_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};  // one thread: no locks
  asio::signal_set signals_{context_, SIGINT, SIGTERM, SIGHUP};
  asio::steady_timer timer_{context_};
  runtime::error_code failure_;
};

void say(const Options& options, const std::string& text) {
  std::FILE* const file = text_file(options);
  std::fputs(text.c_str(), file);
  std::fflush(file);
}

}  // namespace

// The objects are made in the order of the work and end in reverse: first the stack, then the device is restored
// and closed, and last the capture is written.
void run(Options options) {
  set_up_log(options.log_level);
  Views views(options);
  Loop loop;
  const base::Seed seed = seed_of(options);
  std::function<Time()> now;
  Link link = open_link(loop.context().get_executor(), options, seed,
                        [&views, &now](auto direction, Bytes packet, const auto& deed) {
                          views.fault(direction, packet, deed, now());
                        });
  if (link.configuration && !link.configuration->has_changed()) {
    spdlog::info("{} has been configured by someone else and is left as it is", options.device);
  }
  runtime::runtime runtime(loop.context().get_executor(), options.stack, seed,
                           std::move(link.device));
  now = [&runtime] { return runtime.now(); };
  views.attach(runtime);
  start_services(runtime, options.services, options.service);
  const Inquiry inquiry(runtime, options, [&](const std::string& text) { say(options, text); });
  say(options, banner(options));

  loop.run(runtime, views.capture());
  if (views.capture() != nullptr) views.capture()->flush();
  const runtime::runtime_counters& lost = runtime.counters();
  say(options,
      summary(options, runtime.stack().counters(), lost.lost_would_block + lost.lost_failed));
  if (loop.failure()) {
    throw std::runtime_error(
        fmt::format("the device {} has failed: {}", options.device, loop.failure().message()));
  }
}

}  // namespace tcpstack::app
