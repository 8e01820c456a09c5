// The name of a connection: the pair of sockets (RFC 9293 section 3.3.1).
#pragma once

#include <array>
#include <cstdint>

#include "stack/base/bytes.h"
#include "stack/wire/address.h"

namespace tcpstack::tcp {

// Kept as bytes, so that hash and comparison need no padding rules.
class FourTuple {
 public:
  FourTuple(const Endpoint& local, const Endpoint& remote);
  [[nodiscard]] Bytes bytes() const { return bytes_; }
  friend bool operator==(const FourTuple&, const FourTuple&) = default;

 private:
  std::array<std::uint8_t, 36> bytes_;
};

}  // namespace tcpstack::tcp
