// The stack chooses the local port of an active OPEN that names none: RFC 6056 section 3.3.4, the double-hash algorithm.
//
// Ports to one remote socket follow each other, so that one is used again as late as possible. Where they begin is a keyed
// hash of the remote socket: an attacker who sees the ports to one learns nothing about the ports to another.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "stack/base/keyed_hash.h"
#include "stack/base/seed.h"
#include "stack/tcp/connections/connection_table.h"
#include "stack/tcp/connections/listening.h"
#include "stack/wire/address.h"

namespace tcpstack::tcp {

class EphemeralPorts {
 public:
  explicit EphemeralPorts(const base::Seed& seed);

  // A port from 32768 on (section 3.2) that no listener has, and with which there is no connection to `remote` yet.
  // Nothing: all ports are taken.
  std::optional<std::uint16_t> next(const Endpoint& local, const Endpoint& remote,
                                    const ConnectionTable& connections, const Listening& listening);

 private:
  // The algorithm's table: how many ports each group of remote sockets has been given.
  static constexpr std::size_t kGroups = 256;

  base::KeyedHash hash_;
  std::array<std::uint16_t, kGroups> given_{};
};

}  // namespace tcpstack::tcp
