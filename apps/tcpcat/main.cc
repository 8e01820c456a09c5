// tcpcat [OPTIONS] ADDRESS PORT: netcat over our stack. One connection on a TUN device of its own.
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include "apps/common/line_output.h"
#include "apps/common/link.h"
#include "apps/common/standard_descriptors.h"
#include "apps/tcpcat/conversation.h"
#include "apps/tcpcat/datagrams.h"
#include "apps/tcpcat/options.h"
#include "apps/tcpcat/say.h"
#include "stack/runtime/runtime.h"

namespace tcpstack::cat {
namespace {

namespace asio = boost::asio;

constexpr auto kLastWords = std::chrono::seconds(1);
constexpr auto kGoodbye = std::chrono::seconds(5);
// A server that never accepts does not answer our FIN with its own. With --zero the program waits only this long
// for an orderly end, and resets the rest.
constexpr auto kShortGoodbye = std::chrono::milliseconds(250);

// Runs the conversation, and then waits for its orderly end: text and FINs on their way.
void run(Options options) {
  asio::io_context context(1);
  app::LineOutput voice(context.get_executor(), STDERR_FILENO, [](std::uint64_t lines) {
    return fmt::format("tcpcat: ({} lines are missing here: the output was blocked)\n", lines);
  });
  options.report = [&](const std::string& line) { voice.print(line); };
  const base::Seed seed = app::seed_of(options);
  app::Link link = app::open_link(
      context.get_executor(), options, seed,
      [&](auto direction, Bytes packet, const device::Deed& deed) {
        const char* const way = direction == trace::Direction::in ? "in" : "out";
        say(options,
            fmt::format("fault, {}: {}, {} ({})", way, device::brief(packet), deed.done, deed.why));
      });
  runtime::runtime runtime(context.get_executor(), options.stack, seed, std::move(link.device));
  asio::signal_set signals(context, SIGINT, SIGTERM);
  std::exception_ptr failure;
  const auto end = [&] {
    runtime.async_stop(options.only_check ? Duration(kShortGoodbye) : Duration(kGoodbye),
                       [&](const runtime::error_code&) { context.stop(); });
  };
  signals.async_wait([&](const runtime::error_code& ec, int) {
    if (!ec) end();
  });
  auto work = options.udp ? exchange_datagrams(runtime, options) : converse(runtime, options);
  asio::co_spawn(context, std::move(work), [&](const std::exception_ptr& error) {
    failure = error;
    end();
  });
  context.run();
  voice.finish(kLastWords);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace
}  // namespace tcpstack::cat

int main(int argc, char** argv) {
  using namespace tcpstack;
  app::secure_standard_descriptors();
  const auto options = cat::parse_options({argv + 1, argv + argc});
  if (!options) return app::give(options.error());
  std::signal(SIGPIPE, SIG_IGN);  // undo the device although our reader has gone
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
