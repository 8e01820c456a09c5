#include "stack/wire/ipv4_options.h"

#include <cstddef>

namespace tcpstack::wire {

namespace {

// The kinds of RFC 791, with their copied flag.
enum class Kind : std::uint8_t {
  end_of_list = 0,
  no_operation = 1,
  record_route = 7,
  timestamp = 68,
  loose_source_route = 131,
  strict_source_route = 137,
};

// Kind, length, pointer; a timestamp has a fourth byte. A pointer counts from 1, and the least one is just behind these.
bool has_sane_pointer(Bytes option, std::size_t fixed_size) {
  return option.size() >= fixed_size && option[2] > fixed_size;
}

bool is_sane(Kind kind, Bytes option) {
  switch (kind) {
    case Kind::record_route:
    case Kind::loose_source_route:
    case Kind::strict_source_route: return has_sane_pointer(option, 3);
    case Kind::timestamp: return has_sane_pointer(option, 4);
    case Kind::end_of_list:
    case Kind::no_operation: break;
  }
  return true;
}

bool is_source_route(Kind kind) {
  return kind == Kind::loose_source_route || kind == Kind::strict_source_route;
}

}  // namespace

std::expected<SourceRoute, Drop> source_route_of(Bytes options) {
  SourceRoute route = SourceRoute::none;
  while (!options.empty()) {
    const auto kind = static_cast<Kind>(options[0]);
    if (kind == Kind::end_of_list) break;
    if (kind == Kind::no_operation) {
      options = options.subspan(1);
      continue;
    }
    const std::size_t length = options.size() < 2 ? 0 : options[1];
    if (length < 2 || length > options.size()) return std::unexpected(Drop::ip_options);
    const Bytes option = options.first(length);
    if (!is_sane(kind, option)) return std::unexpected(Drop::ip_options);
    if (is_source_route(kind)) {
      // RFC 1122 section 3.2.1.8 (c): there is at most one.
      if (route != SourceRoute::none) return std::unexpected(Drop::ip_options);
      // "If the pointer is greater than the length, the source route is empty".
      route = option[2] > length ? SourceRoute::ended : SourceRoute::continues;
    }
    options = options.subspan(length);
  }
  return route;
}

}  // namespace tcpstack::wire
