// A deterministic test of a protocol above TCP, in virtual time. It loses each packet of a conversation in turn,
// and the conversation has to come to the same end. It prints the delay after each loss, the same in every run.
// docs/sockets.md is the guide.
//
// The protocol: the client sends a line, the server answers with its length, both close.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "stack/runtime/acceptor.h"
#include "stack/runtime/devices/memory_link.h"
#include "stack/runtime/runtime.h"
#include "stack/runtime/socket.h"
#include "stack/runtime/time/manual_time.h"

namespace asio = boost::asio;
namespace runtime = tcpstack::runtime;

namespace {

const tcpstack::Endpoint kService{*tcpstack::Address::parse("10.0.0.2"), 1234};

asio::awaitable<void> serve(runtime::acceptor acceptor) {
  runtime::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
  std::string line;
  const std::size_t size = co_await asio::async_read_until(socket, asio::dynamic_buffer(line), '\n',
                                                           asio::use_awaitable);
  const std::string answer = std::to_string(size - 1) + "\n";
  co_await asio::async_write(socket, asio::buffer(answer), asio::use_awaitable);
}

asio::awaitable<std::string> ask(runtime::runtime& host) {
  runtime::socket socket(host);
  co_await socket.async_connect(kService, asio::use_awaitable);
  co_await asio::async_write(socket, asio::buffer("twelve bytes\n", 13), asio::use_awaitable);
  std::string answer;
  co_await asio::async_read_until(socket, asio::dynamic_buffer(answer), '\n', asio::use_awaitable);
  co_return answer;
}

tcpstack::Config config_of(const char* address) {
  tcpstack::Config config;
  config.ip.address = *tcpstack::Address::parse(address);
  return config;
}

struct result {
  std::string answer;
  tcpstack::Duration took{0};
  std::size_t packets = 0;
};

// One conversation in which packet number `lost` is lost.
result converse(std::size_t lost) {
  asio::io_context io;
  runtime::manual_time time(io.get_executor());
  result result;
  auto link =
      runtime::make_memory_link(io.get_executor(), {.carries = [&](const runtime::passage& p) {
                                  return result.packets = p.number, p.number != lost;
                                }});
  runtime::runtime client(io.get_executor(), config_of("10.0.0.1"), 1, std::move(link.first),
                          time.make_timekeeper());
  runtime::runtime server(io.get_executor(), config_of("10.0.0.2"), 2, std::move(link.second),
                          time.make_timekeeper());
  asio::co_spawn(io, serve(runtime::acceptor(server, kService)), asio::detached);
  asio::co_spawn(io, ask(client), [&](const std::exception_ptr& failure, std::string answer) {
    if (!failure) result.answer = std::move(answer);
    result.took = time.now() - tcpstack::Time{};
  });
  do {  // runs all that can happen now, then jumps to the next event, the last TIME_WAIT included
    io.restart();
    io.poll();
  } while (time.jump());
  return result;
}

}  // namespace

int main() {
  const std::size_t packets = converse(0).packets;
  for (std::size_t lost = 0; lost <= packets; ++lost) {
    const result result = converse(lost);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(result.took);
    std::printf("packet %zu of %zu lost: answer %s  after %lld ms\n", lost, packets,
                result.answer.substr(0, result.answer.find('\n')).c_str(),
                static_cast<long long>(took.count()));
    if (result.answer != "12\n") return EXIT_FAILURE;
  }
}
