#include "stack/tcp/connections/four_tuple.h"

#include <algorithm>

namespace tcpstack::tcp {

FourTuple::FourTuple(const Endpoint& local, const Endpoint& remote) : bytes_{} {
  auto* out = std::ranges::copy(local.address.bytes(), bytes_.data()).out;
  out = std::ranges::copy(remote.address.bytes(), out).out;
  store_be16(out, local.port);
  store_be16(out + 2, remote.port);
}

}  // namespace tcpstack::tcp
