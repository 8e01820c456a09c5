#include "stack/tcp/connections/connection_index.h"

namespace tcpstack::tcp {

namespace {

FourTuple four_tuple_of(const base::Slab<Tcb>& connections, base::Handle connection) {
  const Tcb& tcb = *connections.find(connection);
  return {tcb.local, tcb.remote};
}

}  // namespace

std::size_t FourTupleHash::operator()(base::Handle connection) const {
  return (*this)(four_tuple_of(*connections, connection));
}

bool HaveFourTuple::operator()(const FourTuple& four_tuple, base::Handle connection) const {
  return four_tuple == four_tuple_of(*connections, connection);
}

bool HaveFourTuple::operator()(base::Handle connection, const FourTuple& four_tuple) const {
  return (*this)(four_tuple, connection);
}

bool HaveFourTuple::operator()(base::Handle one, base::Handle other) const {
  return (*this)(four_tuple_of(*connections, one), other);
}

}  // namespace tcpstack::tcp
