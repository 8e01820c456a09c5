// Internet addresses and endpoints as host-order values.
//
// An Address has room for IPv6, which comes later: an IPv4 address is held in its IPv4-mapped form
// ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2), so that both families compare, hash and print alike.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tcpstack {

class Address {
 public:
  // The unspecified address 0.0.0.0.
  constexpr Address() : Address(0) {}
  // `v4` in host order: 10.0.0.2 is 0x0a000002.
  explicit constexpr Address(std::uint32_t v4)
      : bytes_{0,
               0,
               0,
               0,
               0,
               0,
               0,
               0,
               0,
               0,
               0xff,
               0xff,
               static_cast<std::uint8_t>(v4 >> 24),
               static_cast<std::uint8_t>(v4 >> 16),
               static_cast<std::uint8_t>(v4 >> 8),
               static_cast<std::uint8_t>(v4)} {}

  // "10.0.0.2"; nothing when the text is not a dotted quad.
  static std::optional<Address> parse(std::string_view text);

  // The IPv4 address in host order.
  [[nodiscard]] constexpr std::uint32_t v4() const {
    return static_cast<std::uint32_t>(bytes_[12]) << 24 |
           static_cast<std::uint32_t>(bytes_[13]) << 16 |
           static_cast<std::uint32_t>(bytes_[14]) << 8 | bytes_[15];
  }
  [[nodiscard]] constexpr bool is_unspecified() const { return v4() == 0; }
  [[nodiscard]] constexpr bool is_loopback() const { return v4() >> 24 == 127; }
  // 224.0.0.0/4 (RFC 1112).
  [[nodiscard]] constexpr bool is_multicast() const { return v4() >> 28 == 0xe; }
  // The limited broadcast address 255.255.255.255 (RFC 919).
  [[nodiscard]] constexpr bool is_broadcast() const { return v4() == 0xffffffff; }

  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] constexpr const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }

  friend constexpr auto operator<=>(const Address&, const Address&) = default;

 private:
  std::array<std::uint8_t, 16> bytes_;
};

// One end of a connection: RFC 9293 calls it a socket, "an address that specifically includes a port".
struct Endpoint {
  Address address;
  std::uint16_t port = 0;

  // "10.0.0.2:7"
  [[nodiscard]] std::string to_string() const;
  friend constexpr auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

}  // namespace tcpstack
