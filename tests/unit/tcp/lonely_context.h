// A Tcb on its own, and the context that functions with an effect on the rest of the stack want.
#pragma once

#include <chrono>

#include "stack/context.h"
#include "stack/ip/path_mtu.h"
#include "stack/ip/transmit.h"
#include "stack/tcp/send/replies.h"
#include "tests/unit/tcp/lonely_tcb.h"

namespace tcpstack::tcp {

struct LonelyContext : LonelyTcb {
  Config config;
  base::KeyedSequence random{base::Seed(1).hash("random numbers")};
  Counters counters;
  Replies replies;
  ip::PathMtus path_mtus{base::Seed(1)};
  ip::Identifications identifications{base::Seed(1)};
  Context cx{
      Time(std::chrono::seconds(1)), config, random, counters, replies, path_mtus, identifications};
};

}  // namespace tcpstack::tcp
