#include "stack/tcp/connections/timestamp_offset.h"

#include "stack/tcp/connections/four_tuple.h"

namespace tcpstack::tcp {

std::uint32_t timestamp_offset(const base::KeyedHash& f, const Endpoint& local,
                               const Endpoint& remote) {
  return static_cast<std::uint32_t>(f(FourTuple(local, remote).bytes()));
}

}  // namespace tcpstack::tcp
