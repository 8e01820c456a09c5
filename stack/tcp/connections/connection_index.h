// Finds a connection by its four-tuple. The tuples are in the connections; the index holds only handles.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>

#include "stack/base/keyed_hash.h"
#include "stack/base/slab.h"
#include "stack/tcp/connections/four_tuple.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Keyed, so that no outsider can choose ports whose connections collide.
struct FourTupleHash {
  using is_transparent = void;
  const base::KeyedHash* hash;
  const base::Slab<Tcb>* connections;

  std::size_t operator()(const FourTuple& four_tuple) const { return (*hash)(four_tuple.bytes()); }
  std::size_t operator()(base::Handle connection) const;
};

struct HaveFourTuple {
  using is_transparent = void;
  const base::Slab<Tcb>* connections;

  bool operator()(const FourTuple& four_tuple, base::Handle connection) const;
  bool operator()(base::Handle connection, const FourTuple& four_tuple) const;
  bool operator()(base::Handle one, base::Handle other) const;
};

// Requires: a connection has its addresses and ports when it is inserted, keeps them, and is erased before it is
// destroyed.
using ConnectionIndex = boost::unordered_flat_set<base::Handle, FourTupleHash, HaveFourTuple>;

}  // namespace tcpstack::tcp
