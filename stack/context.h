// Everything that the core gets with each input: the time, the configuration, randomness, counters and the trace
// hook. It is passed down, never global, so N stacks in one process are N stacks.
#pragma once

#include "stack/base/keyed_sequence.h"
#include "stack/base/time.h"
#include "stack/config.h"
#include "stack/trace/counters.h"
#include "stack/trace/observer.h"

namespace tcpstack::tcp {
class FastOpenCookies;
class Replies;
}  // namespace tcpstack::tcp

namespace tcpstack::ip {
class PathMtus;
class Identifications;
}  // namespace tcpstack::ip

namespace tcpstack {

struct Context {
  Time now;
  const Config& config;
  base::KeyedSequence& random;
  Counters& counters;
  tcp::Replies& replies;    // replies that belong to no connection wait here
  ip::PathMtus& path_mtus;  // RFC 1191: reports of routers
  ip::Identifications& identifications;
  trace::Observer* observer = nullptr;        // nullptr: tracing is off
  tcp::FastOpenCookies* fast_open = nullptr;  // RFC 7413; required if config.tcp.fast_open

  // Counts a discarded packet and reports it to the observer.
  void dropped(Drop reason, const tcp::Tcb* tcb = nullptr) {
    ++counters.drops[static_cast<std::size_t>(reason)];
    if (observer != nullptr) observer->dropped({now, reason, tcb});
  }
  void note(Why why, const tcp::Tcb* tcb = nullptr) const {
    if (observer != nullptr) observer->note({now, tcb, why});
  }
};

}  // namespace tcpstack
