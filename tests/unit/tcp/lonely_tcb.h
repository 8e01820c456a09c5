// A Tcb on its own, for tests of the functions that read or change one.
#pragma once

#include "stack/base/block_pool.h"
#include "stack/base/timer_wheel.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

struct LonelyTcb {
  base::BlockPool pool;
  base::TimerWheel wheel;
  Tcb tcb{pool, wheel};
};

}  // namespace tcpstack::tcp
