// Initial sequence numbers, RFC 9293 section 3.4.1 and RFC 6528.
#pragma once

#include "stack/base/keyed_hash.h"
#include "stack/base/time.h"
#include "stack/tcp/seq.h"
#include "stack/wire/address.h"

namespace tcpstack::tcp {

// ISN = M + F(localip, localport, remoteip, remoteport, secretkey) (SHLD-1), where M is a clock that
// ticks every 4 microseconds (MUST-8) and F a keyed hash that an outsider cannot compute (MUST-9).
Seq initial_sequence_number(const base::KeyedHash& f, const Endpoint& local, const Endpoint& remote,
                            Time now);

}  // namespace tcpstack::tcp
