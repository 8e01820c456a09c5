// The options of the Internet header, as far as a host that forwards nothing has to look at them: RFC 791 section 3.1,
// RFC 1122 section 3.2.1.8.
#pragma once

#include <cstdint>
#include <expected>

#include "stack/base/bytes.h"
#include "stack/trace/drop.h"

namespace tcpstack::wire {

enum class SourceRoute : std::uint8_t {
  none,
  ended,      // all hops are behind the packet
  continues,  // "further gateways" are left
};

// Looks through the options of a header and skips unknown ones by their length (MUST-50).
// Errors: ip_options (a length below 2 or past the header; one, or a pointer, that is wrong for its kind; two source
// routes).
std::expected<SourceRoute, Drop> source_route_of(Bytes options);

}  // namespace tcpstack::wire
