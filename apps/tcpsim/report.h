// The result of a run in words and numbers: the table on the terminal and the CSV file.
#pragma once

#include <span>
#include <string>

#include "apps/tcpsim/recorder.h"
#include "stack/sim/world.h"

namespace tcpstack::simulator {

// "10 Mbit/s, 10 ms, queue 100; 1 % lost": one way of the path.
std::string describe(const sim::LinkOptions& link);

// "cubic", or "cubic, reno": the congestion control of the flows.
std::string describe_flows(const sim::WorldOptions& options);

// Bits of text a second from the flow's start until the last byte has been read; 0: no byte.
double goodput(const sim::World& world, const sim::WorldOptions& options, std::size_t flow);

// Several lines, the last one with the digest.
std::string table(const sim::World& world, const sim::WorldOptions& options,
                  std::span<const Record> records);

// One line for each sample: time_s, flow, cwnd, ssthresh, in_flight (segments), srtt_ms, received (bytes).
std::string csv(std::span<const Record> records);

}  // namespace tcpstack::simulator
