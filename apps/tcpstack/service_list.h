// What services there are, without what they need: --help and the checks of the command line use this,
// services.h adds the coroutines.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "apps/common/values.h"

namespace tcpstack::app {

struct ServiceDescription {
  std::string_view name;
  std::uint16_t port;        // the one that IANA, or the lab, has assigned
  std::string_view summary;  // a few words for --help and the banner
  std::string_view rfc;      // or the lab that it belongs to
};

// In the order in which they are listed.
std::span<const ServiceDescription> service_descriptions();

// nullptr: there is none of that name.
const ServiceDescription* find_service(std::string_view name);

struct ServiceRequest {
  std::string name;
  std::uint16_t port = 0;
  friend bool operator==(const ServiceRequest&, const ServiceRequest&) = default;
};

// "echo" or "echo:7007"; else what a correct one would have been (common/values.h).
Value<ServiceRequest> parse_service(std::string_view text);

}  // namespace tcpstack::app
