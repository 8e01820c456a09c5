#include "stack/tcp/congestion/congestion.h"

#include <array>

#include "stack/tcp/congestion/cubic.h"
#include "stack/tcp/congestion/reno.h"

namespace tcpstack::tcp {

namespace {

constexpr std::array kAlgorithms{"cubic", "reno"};

}  // namespace

std::span<const char* const> congestion_algorithms() { return kAlgorithms; }

bool CongestionSlot::choose(std::string_view name) {
  // MAY-18
  if (name == "cubic") {
    algorithm_ = std::make_unique<Cubic>();
  } else if (name == "reno") {
    algorithm_ = std::make_unique<Reno>();
  } else {
    return false;
  }
  return true;
}

}  // namespace tcpstack::tcp
