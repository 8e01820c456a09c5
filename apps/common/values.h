// Values as people write them on a command line: addresses, numbers, times, faults.
//
// Each function returns the value, or a description of a correct one: "is not an IPv4 address, such as 10.0.0.2".
// The caller puts the option's name and the text before it.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "stack/base/time.h"
#include "stack/device/fault.h"
#include "stack/wire/address.h"

namespace tcpstack::app {

template <typename T>
using Value = std::expected<T, std::string>;

// A whole number in [low, high], decimal, or hexadecimal with 0x.
Value<std::uint64_t> parse_number(std::string_view text, std::uint64_t low, std::uint64_t high);

// "250ms", "1.5s", "30us", "2min"; in [low, high].
Value<Duration> parse_duration(std::string_view text, Duration low, Duration high);

// An address of a single host: not unspecified, loopback, multicast or reserved.
Value<Address> parse_host(std::string_view text);

struct Network {
  Address address;
  unsigned prefix = 0;
};
// "10.0.0.1/24", the prefix from 1 to 31.
Value<Network> parse_network(std::string_view text);

// "drop data #2 out" (stack/device/fault.h). The error points at the mistake, on lines of its own.
Value<device::Fault> parse_fault(std::string_view text);

// A name that the kernel takes for a device: 1 to 15 characters, no slash, colon or space.
Value<std::string> parse_device(std::string_view text);

// The name of a congestion control, with static lifetime.
Value<const char*> parse_congestion(std::string_view text);

// All of them, for messages: "cubic, reno or tahoe".
std::string congestion_names();

// The reason why the two cannot be the ends of one link; empty if they can.
std::string why_not_neighbours(Address ours, const Network& host);

}  // namespace tcpstack::app
