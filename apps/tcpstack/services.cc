#include "apps/tcpstack/services.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include "apps/tcpstack/services/protocols.h"
#include "stack/runtime/acceptor.h"

namespace tcpstack::app {

namespace asio = boost::asio;

namespace {

struct Service {
  std::string_view name;
  asio::awaitable<void> (*serve)(runtime::socket& socket);
};

constexpr std::array<Service, 4> kServices{{
    {"echo", echo},
    {"discard", discard},
    {"daytime", daytime},
    {"chargen", chargen},
}};

// One client from its handshake to its close, which the socket's destructor does.
asio::awaitable<void> serve_client(const Service& service, runtime::socket socket) {
  runtime::error_code ec;
  const Endpoint client = socket.remote_endpoint(ec);
  try {
    co_await service.serve(socket);
  } catch (const std::exception& error) {
    const auto* const system = dynamic_cast<const boost::system::system_error*>(&error);
    if (system != nullptr && system->code() == asio::error::eof) co_return;
    spdlog::debug("{} with {} ended: {}", service.name, client.to_string(), error.what());
  }
}

// Until the acceptor is closed. Anything else that goes wrong concerns one client.
asio::awaitable<void> accept_clients(const Service& service, runtime::acceptor acceptor) {
  while (acceptor.is_open()) {
    auto [ec, socket] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    if (ec) {
      if (acceptor.is_open()) spdlog::debug("{} could not accept: {}", service.name, ec.message());
      continue;
    }
    asio::co_spawn(acceptor.get_executor(), serve_client(service, std::move(socket)),
                   asio::detached);
  }
}

}  // namespace

void start_services(runtime::runtime& runtime, std::span<const ServiceRequest> requests) {
  for (const ServiceRequest& request : requests) {
    const auto* const service = std::ranges::find(kServices, request.name, &Service::name);
    if (service == kServices.end()) continue;  // not reached: options.cc knows the same names
    runtime::acceptor acceptor(runtime, Endpoint{Address{}, request.port});
    asio::co_spawn(runtime.get_executor(), accept_clients(*service, std::move(acceptor)),
                   asio::detached);
  }
}

}  // namespace tcpstack::app
