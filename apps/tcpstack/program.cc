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
#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "apps/common/line_output.h"
#include "apps/common/link.h"
#include "apps/tcpstack/banner.h"
#include "apps/tcpstack/inquiry.h"
#include "apps/tcpstack/printer.h"
#include "apps/tcpstack/services.h"
#include "apps/tcpstack/views.h"
#include "stack/runtime/runtime.h"

namespace tcpstack::app {

namespace asio = boost::asio;

namespace {

constexpr auto kGoodbye = std::chrono::seconds(5);
constexpr Duration kFlushEvery = std::chrono::seconds(1);
constexpr Duration kCatchUpEvery =
    std::chrono::milliseconds(5);  // with a slow reader of the capture

constexpr auto kLastWords = std::chrono::seconds(1);

class log_sink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit log_sink(LineOutput& output) : output_(output) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t text;
    formatter_->format(message, text);
    output_.print({text.data(), text.size()});
  }
  void flush_() override {}

  LineOutput& output_;
};

// Messages about the program itself go to standard error, in one form, while this exists.
class Log {
 public:
  Log(const asio::any_io_executor& executor, LogLevel level)
      : output_(executor, STDERR_FILENO,
                [](std::uint64_t lines) { return missing_lines(LogFormat::text, lines); }) {
    auto logger = std::make_shared<spdlog::logger>("tcpstack", std::make_shared<log_sink>(output_));
    logger->set_pattern("tcpstack: %v");
    logger->set_level(to_spdlog(level));
    spdlog::set_default_logger(std::move(logger));
  }
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  ~Log() {
    output_.finish(kLastWords);
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("tcpstack"));
  }

 private:
  LineOutput output_;
};

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
    timer_.expires_after(capture.is_behind() ? kCatchUpEvery : kFlushEvery);
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

}  // namespace

// The objects are made in the order of the work and end in reverse: first the stack, then the device is restored
// and closed, and last the capture is written.
void run(Options options) {
  Loop loop;
  const Log log(loop.context().get_executor(), options.log_level);
  LineOutput output(
      loop.context().get_executor(), fileno(text_file(options)),
      [&options](std::uint64_t lines) { return missing_lines(options.log_format, lines); });
  Views views(options, output);
  const base::Seed seed = seed_of(options);
  std::function<Time()> now;
  Link link = open_link(loop.context().get_executor(), options, seed,
                        [&views, &now](auto direction, Bytes packet, const auto& deed) {
                          views.fault(direction, packet, deed, now());
                        });
  if (link.configuration && !link.configuration->has_changed()) {
    spdlog::info(
        "{0} has been configured already, by someone else or by a run that was killed, and is left "
        "as it is "
        "(`sudo ip address flush dev {0}; sudo ip link set {0} down` undoes it)",
        options.device);
  }
  runtime::runtime runtime(loop.context().get_executor(), options.stack, seed,
                           std::move(link.device));
  now = [&runtime] { return runtime.now(); };
  views.attach(runtime);
  start_services(runtime, options.services, options.service);
  const Inquiry inquiry(runtime, options, [&](const std::string& text) { output.print(text); });
  output.print(banner(options));

  loop.run(runtime, views.capture());
  if (views.capture() != nullptr) views.capture()->finish(kLastWords);
  const runtime::runtime_counters& lost = runtime.counters();
  output.finish(kLastWords);  // what waits would keep the summary out
  output.print(
      summary(options, runtime.stack().counters(), lost.lost_would_block + lost.lost_failed));
  output.finish(kLastWords);
  if (loop.failure()) {
    throw std::runtime_error(
        fmt::format("the device {} has failed: {}", options.device, loop.failure().message()));
  }
}

}  // namespace tcpstack::app
