#include "apps/tcpstack/services.h"

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <string_view>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include "apps/tcpstack/services/chat_room.h"
#include "apps/tcpstack/services/datagrams.h"
#include "apps/tcpstack/services/http.h"
#include "apps/tcpstack/services/protocols.h"
#include "stack/runtime/acceptor.h"
#include "stack/runtime/datagram_socket.h"

namespace tcpstack::app {

namespace asio = boost::asio;

namespace {

// Holds one conversation.
using Serve = std::function<asio::awaitable<void>(runtime::socket& socket)>;
// Begins a conversation, which continues by itself. The name is for the log.
using Begin = std::function<void(std::string_view name, runtime::socket socket)>;

// Serves one client from its handshake to its close, which the socket's destructor does.
asio::awaitable<void> serve_client(std::string_view name, Serve serve, runtime::socket socket) {
  const Endpoint client = socket.status().remote;
  try {
    co_await serve(socket);
  } catch (const std::exception& error) {
    const auto* const system = dynamic_cast<const boost::system::system_error*>(&error);
    if (system != nullptr && system->code() == asio::error::eof) co_return;
    spdlog::debug("{} with {} ended: {}", name, client.to_string(), error.what());
  }
}

Begin in_coroutine(Serve serve) {
  return [serve = std::move(serve)](std::string_view name, runtime::socket socket) {
    const auto executor = socket.get_executor();
    asio::co_spawn(executor, serve_client(name, serve, std::move(socket)), asio::detached);
  };
}

Begin echo_all(const ServiceOptions& /*options*/) {
  return [](std::string_view /*name*/, runtime::socket socket) { echo(std::move(socket)); };
}

// The clients of one listener share a room.
Begin chat_in_a_room(const ServiceOptions& /*options*/) {
  return in_coroutine([room = std::make_shared<ChatRoom>()](runtime::socket& socket) {
    return chat(room, socket);
  });
}

Begin close_late(const ServiceOptions& options) {
  return in_coroutine([options](runtime::socket& socket) {
    return lab_close(socket, options.lab_close_after, options.lab_close_lines);
  });
}

Begin characters(const ServiceOptions& options) {
  return in_coroutine(options.source_fast ? source : chargen);
}

template <asio::awaitable<void> (*kServe)(runtime::socket&)>
Begin simple(const ServiceOptions& /*options*/) {
  return in_coroutine(kServe);
}

Begin serve_http(const ServiceOptions& options) {
  return in_coroutine([told = std::make_shared<const HttpOptions>(options.http)](
                          runtime::socket& socket) { return http(told, socket); });
}

Begin serve_https(const ServiceOptions& options) {
  auto told = std::make_shared<const HttpOptions>(options.http);
  auto context = make_https_context(*told);
  return in_coroutine([told = std::move(told), context = std::move(context)](
                          runtime::socket& socket) { return https(told, context, socket); });
}

struct Service {
  std::string_view name;
  Begin (*start)(const ServiceOptions& options);
};

constexpr std::array<Service, 9> kServices{{
    {"echo", echo_all},
    {"discard", simple<discard>},
    {"daytime", simple<daytime>},
    {"chargen", characters},
    {"http", serve_http},
    {"https", serve_https},
    {"chat", chat_in_a_room},
    {"lab-close", close_late},
    {"print", simple<print>},
}};

// Accepts until the acceptor is closed. Any other error concerns one client.
asio::awaitable<void> accept_clients(std::string_view name, Begin begin, runtime::acceptor acceptor,
                                     bool once) {
  while (acceptor.is_open()) {
    auto [ec, socket] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    if (ec) {
      if (acceptor.is_open()) spdlog::debug("{} could not accept: {}", name, ec.message());
      continue;
    }
    if (once) acceptor.close();
    begin(name, std::move(socket));
  }
}

}  // namespace

void start_services(runtime::runtime& runtime, std::span<const ServiceRequest> requests,
                    ServiceOptions options) {
  options.http.address = runtime.stack().config().ip.address;
  for (const ServiceRequest& request : requests) {
    const auto* const service = std::ranges::find(kServices, request.name, &Service::name);
    if (service == kServices.end()) continue;  // not reached: options.cc knows the same names
    const Endpoint local{Address{}, request.port};
    const bool once = service->name == "print" && options.print_once;
    asio::co_spawn(runtime.get_executor(),
                   accept_clients(service->name, service->start(options),
                                  runtime::acceptor(runtime, local), once),
                   asio::detached);
    if (service->name == "chargen" && !options.chargen_datagrams) continue;
    if (const AnswerDatagram answer = find_datagram_service(service->name)) {
      asio::co_spawn(runtime.get_executor(),
                     answer_datagrams(runtime::datagram_socket(runtime, local), answer, once),
                     asio::detached);
    }
  }
}

}  // namespace tcpstack::app
