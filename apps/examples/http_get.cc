// Boost.Beast over our sockets: an HTTP client, and the server that answers it. docs/sockets.md is the guide.
//
// Beast works with any stream. WebSocket, which closes connections itself, would also need beast.h.
#include <cstdio>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "stack/runtime/acceptor.h"
#include "stack/runtime/devices/memory_link.h"
#include "stack/runtime/runtime.h"
#include "stack/runtime/socket.h"

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace runtime = tcpstack::runtime;

namespace {

const tcpstack::Endpoint kService{*tcpstack::Address::parse("10.0.0.2"), 80};

asio::awaitable<void> serve(runtime::runtime& host) {
  runtime::acceptor acceptor(host, kService);
  runtime::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
  boost::beast::flat_buffer buffer;
  http::request<http::string_body> question;
  co_await http::async_read(socket, buffer, question, asio::use_awaitable);
  http::response<http::string_body> answer(http::status::ok, question.version());
  answer.set(http::field::content_type, "text/plain");
  answer.body() = "You asked for " + std::string(question.target()) + ".\n";
  answer.prepare_payload();
  co_await http::async_write(socket, answer, asio::use_awaitable);
}

asio::awaitable<void> get(runtime::runtime& host, std::string target) {
  runtime::socket socket(host);
  co_await socket.async_connect(kService, asio::use_awaitable);
  http::request<http::empty_body> question(http::verb::get, target, 11);
  question.set(http::field::host, "10.0.0.2");
  co_await http::async_write(socket, question, asio::use_awaitable);
  boost::beast::flat_buffer buffer;
  http::response<http::string_body> answer;
  co_await http::async_read(socket, buffer, answer, asio::use_awaitable);
  std::printf("%u %s", answer.result_int(), answer.body().c_str());
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
  asio::co_spawn(io, serve(server), asio::detached);
  asio::co_spawn(io, get(client, "/the/page"), [&](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
    io.stop();
  });
  io.run();
}
