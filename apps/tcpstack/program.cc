#include "apps/tcpstack/program.h"

#include <csignal>
#include <cstdio>
#include <functional>
#include <optional>
#include <random>
#include <stdexcept>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "apps/tcpstack/banner.h"
#include "apps/tcpstack/services.h"
#include "apps/tcpstack/views.h"
#include "stack/device/tun.h"
#include "stack/device/tun_config.h"
#include "stack/runtime/faulty_device.h"
#include "stack/runtime/runtime.h"
#include "stack/runtime/tun_device.h"

namespace tcpstack::app {

namespace asio = boost::asio;

namespace {

constexpr auto kGoodbye = std::chrono::seconds(5);
constexpr auto kFlushEvery = std::chrono::seconds(1);

// What is said of the program itself goes to standard error, in one form.
void set_up_log(LogLevel level) {
  auto logger = std::make_shared<spdlog::logger>("tcpstack",
                                                 std::make_shared<spdlog::sinks::stderr_sink_st>());
  logger->set_pattern("tcpstack: %v");
  logger->set_level(to_spdlog(level));
  spdlog::set_default_logger(std::move(logger));
}

// For the two kinds of error that a device has.
template <typename T, typename Error>
T value_of(std::expected<T, Error> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

std::uint64_t random_seed() {
  std::random_device source;
  return std::uint64_t{source()} << 32 | source();
}

// Gives the device what it lacks. Nothing when it is not ours to configure.
std::optional<device::TunConfiguration> configure(const Options& options) {
  if (!options.configure) return {};
  auto configuration = value_of(
      device::TunConfiguration::apply(options.device, {.host_address = options.host_address,
                                                       .prefix = options.prefix,
                                                       .our_address = options.stack.ip.address,
                                                       .mtu = options.stack.ip.mtu}));
  if (!configuration.has_changed()) {
    spdlog::info("{} has been configured by someone else and is left as it is", options.device);
  }
  return configuration;
}

// The device's own MTU counts where we have not set it.
void adopt_mtu(Options& options, const device::Tun& tun) {
  const unsigned mtu = tun.mtu();
  if (mtu == options.stack.ip.mtu) return;
  if (options.mtu_given || mtu < device::kMinMtu || mtu > device::kMaxMtu) {
    throw std::runtime_error(fmt::format(
        "{} has an MTU of {} and not of {}: change it (ip link set {} mtu {}), or use --mtu {}",
        options.device, mtu, options.stack.ip.mtu, options.device, options.stack.ip.mtu, mtu));
  }
  options.stack.ip.mtu = static_cast<std::uint16_t>(mtu);
}

// The device, or where faults are asked for, one that does them.
std::unique_ptr<runtime::packet_device> make_link(const asio::any_io_executor& executor,
                                                  const Options& options, std::uint64_t seed,
                                                  device::Tun tun,
                                                  runtime::faulty_device::report report) {
  auto link = std::make_unique<runtime::tun_device>(executor, std::move(tun));
  if (options.faults.empty()) return link;
  return std::make_unique<runtime::faulty_device>(
      executor, std::move(link), device::FaultPlan(options.faults, seed), std::move(report));
}

// The loop, its signals and its end.
class Loop {
 public:
  asio::io_context& context() { return context_; }

  // Until a signal has ended the runtime, or its device has failed.
  void run(runtime::runtime& runtime, Capture* capture) {
    runtime.on_device_failure([this](const runtime::error_code& ec) {
      failure_ = ec;
      context_.stop();
    });
    wait_for_signal(runtime);
    if (capture != nullptr) flush_regularly(*capture);
    context_.run();
  }

  // Why the device has failed, if it has.
  [[nodiscard]] const runtime::error_code& failure() const { return failure_; }

 private:
  // The second signal comes the same way: async_stop() does not wait when it is called again.
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

  asio::io_context context_{1};
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

// The order of the objects is the order of the work, and backwards that of the end: the device is as it
// was before it is closed, and the capture is written when nothing can come any more.
void run(Options options) {
  set_up_log(options.log_level);
  Views views(options);
  auto tun = value_of(device::Tun::open(options.device));
  Loop loop;
  const std::uint64_t seed = options.seed.value_or(random_seed());
  const auto configuration = configure(options);
  adopt_mtu(options, tun);

  std::function<Time()> now;
  runtime::runtime runtime(
      loop.context().get_executor(), options.stack, seed,
      make_link(loop.context().get_executor(), options, seed, std::move(tun),
                [&views, &now](auto direction, Bytes packet, const auto& deed) {
                  views.fault(direction, packet, deed, now());
                }));
  now = [&runtime] { return runtime.now(); };
  views.attach(runtime);
  start_services(runtime, options.services);
  say(options, banner(options, seed));

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
