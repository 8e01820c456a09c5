// What a Stack is made of. Only stack.cc, stack_tcp.cc and stack_udp.cc know it.
#pragma once

#include <expected>
#include <optional>
#include <utility>

#include "stack/base/keyed_sequence.h"
#include "stack/base/seed.h"
#include "stack/context.h"
#include "stack/ip/icmp.h"
#include "stack/ip/path_mtu.h"
#include "stack/ip/reassembly.h"
#include "stack/ip/transmit.h"
#include "stack/stack.h"
#include "stack/tcp/connections/layer.h"
#include "stack/tcp/fast_open.h"

namespace tcpstack {

struct Stack::Parts {
  Parts(const Config& given, const base::Seed& seed)
      : config(given),
        random(seed.hash("random numbers")),
        tcp(seed.part("tcp"), given.tcp.max_connections),
        fast_open(seed, given.tcp.fast_open_keys),
        path_mtus(seed),
        identifications(seed) {}

  Context at(Time now) {
    return {now,       config,          random,   counters,  tcp.replies(),
            path_mtus, identifications, observer, &fast_open};
  }
  std::optional<TxPacket> next_transmit(Context& cx);
  void fragment_arrives(const wire::Ipv4Packet& fragment, Context& cx);
  void datagram_arrives(const wire::Ipv4Packet& packet, const Offload& offload, Context& cx);
  void icmp_arrives(const wire::Ipv4Packet& packet, Context& cx);
  // The connection of the user's handle. nullptr: a stale handle, or the user has given it back.
  tcp::Tcb* held(ConnectionId connection) {
    tcp::Tcb* const tcb = tcp.connections().find(connection);
    return tcb != nullptr && !tcb->released ? tcb : nullptr;
  }
  // Settles a connection after a user call on it.
  template <typename Call>
  auto call(ConnectionId connection, Time now, Call call)
      -> decltype(call(std::declval<tcp::Tcb&>(), std::declval<Context&>())) {
    tcp::Tcb* const tcb = held(connection);
    if (tcb == nullptr) return std::unexpected(tcp::Error::does_not_exist);
    Context cx = at(now);
    auto result = call(*tcb, cx);
    tcp.settle(*tcb);
    return result;
  }

  Config config;
  base::KeyedSequence random;
  Counters counters;
  trace::Observer* observer = nullptr;
  tcp::Layer tcp;
  udp::Layer udp;
  tcp::FastOpenCookies fast_open;
  ip::PathMtus path_mtus;
  ip::Identifications identifications;
  ip::Reassembly reassembly;
  ip::Icmp icmp;
  ip::Outbox outbox;
};

}  // namespace tcpstack
