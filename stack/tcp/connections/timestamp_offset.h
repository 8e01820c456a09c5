// Where our timestamp clock starts on a connection, RFC 7323 section 5.4.
#pragma once

#include <cstdint>

#include "stack/base/keyed_hash.h"
#include "stack/wire/address.h"

namespace tcpstack::tcp {

// "a random offset may be added to the timestamp clock on a per-connection basis": a keyed hash of the four-tuple. No
// outsider learns how long the stack has been running. The clock goes on from one connection to the next between the same
// sockets, so the peer's TIME_WAIT lets the next one in (RFC 6191 section 2).
std::uint32_t timestamp_offset(const base::KeyedHash& f, const Endpoint& local,
                               const Endpoint& remote);

}  // namespace tcpstack::tcp
