// tcpcat [OPTIONS] ADDRESS PORT: netcat over our stack. One connection on a TUN device of its own.
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <random>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include "apps/tcpcat/conversation.h"
#include "apps/tcpcat/options.h"
#include "stack/device/tun.h"
#include "stack/device/tun_config.h"
#include "stack/runtime/runtime.h"
#include "stack/runtime/tun_device.h"

namespace tcpstack::cat {
namespace {

namespace asio = boost::asio;

constexpr auto kGoodbye = std::chrono::seconds(5);

template <typename T, typename Error>
T value_of(std::expected<T, Error> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

std::uint64_t random_seed() {
  std::random_device source;
  return std::uint64_t{source()} << 32 | source();
}

// The conversation, and then the orderly end of what it has left: text and FINs on their way.
void run(const Options& options) {
  asio::io_context context(1);
  auto tun = value_of(device::Tun::open(options.device));
  const auto configuration = value_of(
      device::TunConfiguration::apply(options.device, {.host_address = options.host_address,
                                                       .prefix = options.prefix,
                                                       .our_address = options.stack.ip.address,
                                                       .mtu = options.stack.ip.mtu}));
  runtime::runtime runtime(
      context.get_executor(), options.stack, random_seed(),
      std::make_unique<runtime::tun_device>(context.get_executor(), std::move(tun)));
  asio::signal_set signals(context, SIGINT, SIGTERM);
  std::exception_ptr failure;
  const auto end = [&] {
    runtime.async_stop(kGoodbye, [&](const runtime::error_code&) { context.stop(); });
  };
  signals.async_wait([&](const runtime::error_code& ec, int) {
    if (!ec) end();
  });
  asio::co_spawn(context, converse(runtime, options), [&](const std::exception_ptr& error) {
    failure = error;
    end();
  });
  context.run();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace
}  // namespace tcpstack::cat

int main(int argc, char** argv) {
  using namespace tcpstack;
  const auto options = cat::parse_options({argv + 1, argv + argc});
  if (!options) {
    fmt::print(options.error().exit_code == 0 ? stdout : stderr, "{}", options.error().text);
    return options.error().exit_code;
  }
  std::signal(SIGPIPE, SIG_IGN);  // the device has to be undone though our reader has gone
  try {
    cat::run(*options);
    return 0;
  } catch (const boost::system::system_error& error) {
    fmt::print(stderr, "tcpcat: {}\n", error.code().message());
  } catch (const std::exception& error) {
    fmt::print(stderr, "tcpcat: {}\n", error.what());
  }
  return 1;
}
