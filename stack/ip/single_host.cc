#include "stack/ip/single_host.h"

namespace tcpstack::ip {

namespace {

// On a link with 31 bits of prefix both addresses are hosts (RFC 3021).
constexpr std::uint8_t kLongestWithBroadcast = 30;

// All ones in the host part, or all zeros, which old hosts send to as a broadcast (RFC 1122 section 3.3.6).
bool is_broadcast_of_link(Address address, const IpConfig& config) {
  if (config.prefix > kLongestWithBroadcast) return false;
  const std::uint32_t host_part = 0xffffffffU >> config.prefix;
  if (((address.v4() ^ config.address.v4()) & ~host_part) != 0) return false;
  const std::uint32_t host = address.v4() & host_part;
  return host == 0 || host == host_part;
}

}  // namespace

bool is_single_host(Address address, const IpConfig& config) {
  const std::uint32_t first_octet = address.v4() >> 24;
  if (first_octet == 0 || first_octet == 127 || first_octet >= 224) return false;
  return !is_broadcast_of_link(address, config);
}

}  // namespace tcpstack::ip
