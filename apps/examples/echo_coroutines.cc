// An echo service and its client, as coroutines. Without the lines that make the two hosts it would be a program
// for kernel sockets.
//
// A link in memory joins the hosts, so the program runs anywhere. With runtime::tun_device instead, a host talks to
// the kernel. docs/sockets.md is the guide.
#include <array>
#include <cstdio>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "stack/runtime/acceptor.h"
#include "stack/runtime/devices/memory_link.h"
#include "stack/runtime/runtime.h"
#include "stack/runtime/socket.h"

namespace asio = boost::asio;
namespace runtime = tcpstack::runtime;

namespace {

const tcpstack::Endpoint kService{*tcpstack::Address::parse("10.0.0.2"), 7};

// Serves one client: sends its bytes back until it closes its side. eof ends the loop by an exception.
asio::awaitable<void> serve(runtime::socket socket) {
  std::array<char, 4096> text{};
  for (;;) {
    const std::size_t size =
        co_await socket.async_read_some(asio::buffer(text), asio::use_awaitable);
    co_await asio::async_write(socket, asio::buffer(text, size), asio::use_awaitable);
  }
}

asio::awaitable<void> listen(runtime::runtime& host) {
  runtime::acceptor acceptor(host, kService);
  for (;;) {
    runtime::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
    asio::co_spawn(host.get_executor(), serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> ask(runtime::runtime& host, std::string question) {
  runtime::socket socket(host);
  co_await socket.async_connect(kService, asio::use_awaitable);
  socket.set_option(asio::ip::tcp::no_delay(true));
  co_await asio::async_write(socket, asio::buffer(question), asio::use_awaitable);
  std::string answer(question.size(), '\0');
  co_await asio::async_read(socket, asio::buffer(answer), asio::use_awaitable);
  std::printf("%s answers: %s\n", socket.remote_endpoint().to_string().c_str(), answer.c_str());
}

tcpstack::Config config_of(const char* address) {
  tcpstack::Config config;
  config.ip.address = *tcpstack::Address::parse(address);
  return config;
}

}  // namespace

int main() {
  asio::io_context io;
  auto link = runtime::make_memory_link(io.get_executor());
  runtime::runtime client(io.get_executor(), config_of("10.0.0.1"), 1, std::move(link.first));
  runtime::runtime server(io.get_executor(), config_of("10.0.0.2"), 2, std::move(link.second));
  asio::co_spawn(io, listen(server), asio::detached);
  asio::co_spawn(io, ask(client, "Hello, RFC 9293"), [&](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
    io.stop();
  });
  io.run();
}
