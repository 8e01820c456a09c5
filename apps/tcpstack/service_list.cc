#include "apps/tcpstack/service_list.h"

#include <algorithm>
#include <array>

namespace tcpstack::app {
namespace {

constexpr std::array<ServiceDescription, 6> kServices{{
    {"echo", 7, "sends back what it receives", "RFC 862"},
    {"discard", 9, "reads and throws away", "RFC 863"},
    {"daytime", 13, "says what time it is and closes", "RFC 867"},
    {"chargen", 19, "sends a pattern of characters without end", "RFC 864"},
    {"chat", 5050, "passes each line to all other clients", "lab A"},
    {"print", 24000, "prints what it receives here", "lab B"},
}};

}  // namespace

std::span<const ServiceDescription> service_descriptions() { return kServices; }

const ServiceDescription* find_service(std::string_view name) {
  const auto* found = std::ranges::find(kServices, name, &ServiceDescription::name);
  return found == kServices.end() ? nullptr : found;
}

}  // namespace tcpstack::app
