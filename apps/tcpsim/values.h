// Values as people write them for tcpsim: rates, probabilities, sizes, flows, and pairs of them for the two ways.
//
// Each function returns the value, or a description of a correct one, like those of apps/common/values.h.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "apps/common/values.h"
#include "stack/sim/impairment.h"

namespace tcpstack::simulator {

using app::Value;

// "10mbit", "1.5gbit", "256kbit", "unlimited": bits per second, 0 for the last.
Value<std::uint64_t> parse_rate(std::string_view text);

// "3%", "0.1%": from 0 to 1.
Value<double> parse_percentage(std::string_view text);

// "500", "64kb", "10mb", "1gb": bytes, in powers of 1000; at most 10 GB.
Value<std::uint64_t> parse_size(std::string_view text);

// "1%,5ms": bursts of 5 ms on average, in 1 % of the time.
Value<sim::GilbertElliott> parse_bursts(std::string_view text);

struct Reordering {
  double probability = 0;
  Duration delay = std::chrono::milliseconds(5);
};
// "5%" or "5%,4ms".
Value<Reordering> parse_reordering(std::string_view text);

// A flow, in words of any order: "reno 5mb at 2s back 1mb delay 40ms". A missing word leaves the value of the argument.
struct FlowRequest {
  const char* congestion = "cubic";
  std::uint64_t bytes = 0;
  std::uint64_t bytes_back = 0;
  Duration start{0};
  Duration delay{0};
};
Value<FlowRequest> parse_flow(std::string_view text, FlowRequest flow);

// "VALUE" for both directions, or "FORWARD/BACK".
template <typename T>
Value<std::pair<T, T>> parse_ways(std::string_view text, Value<T> (*parse)(std::string_view)) {
  const std::size_t slash = text.find('/');
  const Value<T> forward = parse(text.substr(0, slash));
  if (!forward) return std::unexpected(forward.error());
  if (slash == std::string_view::npos) return std::pair(*forward, *forward);
  const Value<T> back = parse(text.substr(slash + 1));
  if (!back) return std::unexpected("for the way back: " + back.error());
  return std::pair(*forward, *back);
}

}  // namespace tcpstack::simulator
