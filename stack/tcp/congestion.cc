#include "stack/tcp/congestion.h"

#include <new>

#include "stack/tcp/cubic.h"
#include "stack/tcp/reno.h"

namespace tcpstack::tcp {

namespace {

constexpr std::array kAlgorithms{"cubic", "reno"};

}  // namespace

std::span<const char* const> congestion_algorithms() { return kAlgorithms; }

CongestionSlot::~CongestionSlot() {
  if (algorithm_ != nullptr) algorithm_->~CongestionControl();
}

bool CongestionSlot::choose(std::string_view name) {
  static_assert(sizeof(Reno) <= kSize && sizeof(Cubic) <= kSize);
  if (name != "cubic" && name != "reno") return false;
  if (algorithm_ != nullptr) algorithm_->~CongestionControl();
  // MAY-18
  if (name == "reno") {
    algorithm_ = new (storage_.data()) Reno;
  } else {
    algorithm_ = new (storage_.data()) Cubic;
  }
  return true;
}

}  // namespace tcpstack::tcp
