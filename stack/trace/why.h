// The reason of an action: a few words and the clause. Principle 5: every rule has an address.
#pragma once

namespace tcpstack {

struct Why {
  const char* what = "";    // "SYN to a listening port"
  const char* clause = "";  // "RFC 9293 3.10.7.2"
};

}  // namespace tcpstack
