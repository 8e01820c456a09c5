#include "stack/tcp/connections/isn.h"

#include <array>

#include "stack/tcp/connections/four_tuple.h"

namespace tcpstack::tcp {

Seq initial_sequence_number(const base::KeyedHash& f, const Endpoint& local, const Endpoint& remote,
                            Time now) {
  const auto m = static_cast<std::uint32_t>(now.time_since_epoch().count() / 4);
  const FourTuple four_tuple{local, remote};
  return Seq(m + static_cast<std::uint32_t>(f(four_tuple.bytes())));
}

}  // namespace tcpstack::tcp
