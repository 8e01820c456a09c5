// The list of services, without their code: --help and the checks of the command line use it; services.h adds the
// coroutines.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "apps/common/values.h"

namespace tcpstack::app {

struct ServiceDescription {
  std::string_view name;
  std::uint16_t port;        // assigned by IANA or by the lab
  std::string_view summary;  // a few words for --help and the banner
  std::string_view rfc;      // its RFC, or its lab
};

// In the order of --help.
std::span<const ServiceDescription> service_descriptions();

// nullptr: no service has this name.
const ServiceDescription* find_service(std::string_view name);

struct ServiceRequest {
  std::string name;
  std::uint16_t port = 0;
  friend bool operator==(const ServiceRequest&, const ServiceRequest&) = default;
};

// "echo" or "echo:7007". Error: a description of a correct value (common/values.h).
Value<ServiceRequest> parse_service(std::string_view text);

}  // namespace tcpstack::app
