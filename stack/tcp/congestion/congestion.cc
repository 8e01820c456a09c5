#include "stack/tcp/congestion/congestion.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "stack/tcp/congestion/cubic.h"
#include "stack/tcp/congestion/reno.h"
#include "stack/tcp/congestion/tahoe.h"

namespace tcpstack::tcp {

namespace {

// MAY-18
constexpr std::array kAlgorithms{
    CongestionAlgorithm{"cubic", make_cubic},
    CongestionAlgorithm{"reno", make_reno},
    CongestionAlgorithm{"tahoe", make_tahoe},
};

}  // namespace

std::span<const CongestionAlgorithm> congestion_algorithms() { return kAlgorithms; }

const CongestionAlgorithm* find_congestion_algorithm(std::string_view name) {
  const auto found = std::ranges::find(kAlgorithms, name, &CongestionAlgorithm::name);
  return found == kAlgorithms.end() ? nullptr : &*found;
}

void CongestionSlot::choose(std::string_view name) {
  const CongestionAlgorithm* const row = find_congestion_algorithm(name);
  assert(row != nullptr);
  algorithm_ = row->make();
}

}  // namespace tcpstack::tcp
