// The observers of the running stack: the narrator on the terminal and the capture, as the options ask. Without
// them nothing is attached, and the stack runs at full speed.
#pragma once

#include <memory>
#include <optional>

#include "apps/tcpstack/capture.h"
#include "apps/tcpstack/narrator.h"
#include "apps/tcpstack/options.h"
#include "apps/tcpstack/printer.h"
#include "stack/device/fault_plan.h"
#include "stack/runtime/devices/packet_tap.h"
#include "stack/runtime/runtime.h"

namespace tcpstack::app {

class Views : private runtime::packet_tap {
 public:
  // Opens the capture. Throws std::runtime_error with a line for the user if that fails.
  Views(const Options& options, LineOutput& output);

  // Observes from now on. Requires: the runtime ends before the views, or is detached.
  void attach(runtime::runtime& runtime);

  // A fault has hit a packet at `now`.
  void fault(trace::Direction direction, Bytes packet, const device::Deed& deed, Time now);

  // The capture; nullptr if it is not open.
  Capture* capture() { return capture_ ? &*capture_ : nullptr; }

 private:
  void received(Bytes packet, Time now) override;
  void sent(const TxPacket& packet, Time now) override;

  Narrator narrator_;
  std::optional<Printer> printer_;
  std::optional<Capture> capture_;
};

}  // namespace tcpstack::app
