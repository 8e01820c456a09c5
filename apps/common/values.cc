#include "apps/common/values.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "stack/tcp/congestion/congestion.h"

namespace tcpstack::app {
namespace {

struct Unit {
  std::string_view name;
  double microseconds;
};
constexpr std::array<Unit, 4> kUnits{{{"us", 1}, {"ms", 1e3}, {"s", 1e6}, {"min", 60e6}}};

std::string in_words(Duration duration) {
  const auto us = duration.count();
  if (us % 1'000'000 == 0) return fmt::format("{}s", us / 1'000'000);
  if (us % 1'000 == 0) return fmt::format("{}ms", us / 1'000);
  return fmt::format("{}us", us);
}

// Reads the whole text as one number. Returns false if characters are left over.
template <typename Number, typename... Format>
bool read_whole(std::string_view text, Number& number, Format... format) {
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, format...);
  return error == std::errc{} && end == text.data() + text.size();
}

std::uint32_t mask_of(unsigned prefix) { return ~std::uint32_t{0} << (32 - prefix); }

}  // namespace

Value<std::uint64_t> parse_number(std::string_view text, std::uint64_t low, std::uint64_t high) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  std::uint64_t number = 0;
  const bool read = hexadecimal ? read_whole(text.substr(2), number, 16) : read_whole(text, number);
  if (!read || number < low || number > high) {
    return std::unexpected(fmt::format("is not a whole number from {} to {}", low, high));
  }
  return number;
}

Value<Duration> parse_duration(std::string_view text, Duration low, Duration high) {
  const std::string expected = fmt::format("is not a time from {} to {}, such as 250ms or 1.5s",
                                           in_words(low), in_words(high));
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto* unit = std::ranges::find(kUnits, text.substr(digits), &Unit::name);
  double number = 0;
  if (unit == kUnits.end() || !read_whole(text.substr(0, digits), number)) {
    return std::unexpected(expected);
  }
  const double microseconds = std::round(number * unit->microseconds);
  if (microseconds < static_cast<double>(low.count()) ||
      microseconds > static_cast<double>(high.count())) {
    return std::unexpected(expected);
  }
  return Duration(static_cast<Duration::rep>(microseconds));
}

Value<Address> parse_host(std::string_view text) {
  const auto address = Address::parse(text);
  if (!address) return std::unexpected("is not an IPv4 address, such as 10.0.0.2");
  const std::uint32_t first_byte = address->v4() >> 24;
  if (first_byte == 0 || first_byte == 127 || first_byte >= 224) {
    return std::unexpected("is not an address that a host can have, such as 10.0.0.2");
  }
  return *address;
}

Value<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    return std::unexpected("lacks the length of the network's prefix, as in 10.0.0.1/24");
  }
  const auto address = parse_host(text.substr(0, slash));
  if (!address) return std::unexpected(address.error() + "/24");
  const auto prefix = parse_number(text.substr(slash + 1), 1, 31);
  if (!prefix) return std::unexpected("has a prefix that " + prefix.error());
  return Network{*address, static_cast<unsigned>(*prefix)};
}

Value<device::Fault> parse_fault(std::string_view text) {
  auto fault = device::parse_fault(text);
  if (fault) return *std::move(fault);
  const auto& [offset, expected] = fault.error();
  return std::unexpected(
      fmt::format("is not a fault:\n  {}\n  {:>{}} expected {}", text, "^", offset + 1, expected));
}

Value<std::string> parse_device(std::string_view text) {
  const auto is_bad = [](char c) {
    return c == '/' || c == ':' || std::isspace(static_cast<unsigned char>(c)) != 0;
  };
  if (text.empty() || text.size() > 15 || text == "." || text == ".." ||
      std::ranges::any_of(text, is_bad)) {
    return std::unexpected(
        "is not a device's name: at most 15 characters, no slash, colon or space");
  }
  return std::string(text);
}

Value<const char*> parse_congestion(std::string_view text) {
  const tcp::CongestionAlgorithm* const found = tcp::find_congestion_algorithm(text);
  if (found == nullptr) {
    return std::unexpected("is not a congestion control: " + congestion_names());
  }
  return found->name;
}

std::string congestion_names() {
  std::string names;
  const auto known = tcp::congestion_algorithms();
  for (const tcp::CongestionAlgorithm& algorithm : known) {
    const bool is_last = &algorithm == &known.back();
    if (!names.empty()) names += is_last ? " or " : ", ";
    names += algorithm.name;
  }
  return names;
}

std::string why_not_neighbours(Address ours, const Network& host) {
  const std::uint32_t mask = mask_of(host.prefix);
  const auto network = fmt::format("{}/{}", host.address.to_string(), host.prefix);
  if (ours == host.address) {
    return fmt::format("{} is the address of the kernel's end (--host-address): choose another",
                       ours.to_string());
  }
  if ((ours.v4() & mask) != (host.address.v4() & mask)) {
    return fmt::format("{} is not in the network of the kernel's end {} (--host-address)",
                       ours.to_string(), network);
  }
  // RFC 3021: a network of two addresses has neither of these.
  if (host.prefix == 31) return {};
  for (const Address address : {ours, host.address}) {
    const std::uint32_t rest = address.v4() & ~mask;
    if (rest == 0 || rest == ~mask) {
      return fmt::format("{} is the network's own or its broadcast address in {}",
                         address.to_string(), network);
    }
  }
  return {};
}

}  // namespace tcpstack::app
