#include "apps/tcpstack/service_list.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tcpstack::app {
namespace {

constexpr std::array<ServiceDescription, 9> kServices{{
    {"echo", 7, "sends back what it receives", "RFC 862"},
    {"discard", 9, "reads and drops text", "RFC 863"},
    {"daytime", 13, "sends the time and closes", "RFC 867"},
    {"chargen", 19, "sends a pattern of characters without end", "RFC 864"},
    {"http", 80, "a page about its own connection, and files", "RFC 9110"},
    {"https", 443, "the same over TLS", "RFC 8446"},
    {"chat", 5050, "sends each line to all other clients", "lab A"},
    {"lab-close", 6000, "prints text, and closes its side later", "lab D"},
    {"print", 24000, "prints the received bytes here", "lab B"},
}};

std::string service_names() {
  std::string names;
  for (const ServiceDescription& service : service_descriptions()) {
    names += fmt::format("{}, ", service.name);
  }
  return names + "or none";
}

}  // namespace

std::span<const ServiceDescription> service_descriptions() { return kServices; }

const ServiceDescription* find_service(std::string_view name) {
  const auto* found = std::ranges::find(kServices, name, &ServiceDescription::name);
  return found == kServices.end() ? nullptr : found;
}

Value<ServiceRequest> parse_service(std::string_view text) {
  const std::size_t colon = text.find(':');
  const ServiceDescription* service = find_service(text.substr(0, colon));
  if (service == nullptr) return std::unexpected("is not a service: " + service_names());
  if (colon == std::string_view::npos) {
    return ServiceRequest{std::string(service->name), service->port};
  }
  const auto port = parse_number(text.substr(colon + 1), 1, 65535);
  if (!port) return std::unexpected("has a port that " + port.error());
  return ServiceRequest{std::string(service->name), static_cast<std::uint16_t>(*port)};
}

}  // namespace tcpstack::app
