// The lines in the picture of a run: cwnd and ssthresh, in flight, RTT and goodput, a colour for each flow.
#pragma once

#include <span>

#include "apps/tcpsim/chart.h"
#include "apps/tcpsim/recorder.h"
#include "stack/sim/world.h"

namespace tcpstack::simulator {

Chart figure(const sim::WorldOptions& options, std::span<const Record> records);

// Megabits per second in each of `bins` equal parts of the time until `end`.
std::vector<Point> goodput_over_time(const Record& record, Time end, unsigned bins);

}  // namespace tcpstack::simulator
