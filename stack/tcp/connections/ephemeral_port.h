// The stack chooses the local port of an active OPEN that names none: RFC 6056.
#pragma once

#include <cstdint>
#include <optional>

#include "stack/context.h"
#include "stack/tcp/connections/connection_table.h"
#include "stack/tcp/connections/listening.h"
#include "stack/wire/address.h"

namespace tcpstack::tcp {

// A port from 32768 on (section 3.2) that no listener has, and with which there is no connection to `remote` yet.
// It is drawn at random, so that an attacker has to guess it (section 3.3.1). Nothing: all ports are taken.
std::optional<std::uint16_t> ephemeral_port(const Endpoint& local, const Endpoint& remote,
                                            const ConnectionTable& connections,
                                            const Listening& listening, Context& cx);

}  // namespace tcpstack::tcp
