// Who looks at the running stack: the narrator on the terminal and the capture, as far as the options
// want them. If nobody looks, nothing is attached and the stack runs at its full speed.
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
  // Opens the capture. Throws std::runtime_error with a line for the user when that cannot be done.
  explicit Views(const Options& options);

  // From now on; the runtime must end before the views do, or be detached from.
  void attach(runtime::runtime& runtime);

  // A fault has struck a packet, at `now`.
  void fault(trace::Direction direction, Bytes packet, const device::Deed& deed, Time now);

  // The capture, once it is there; else nullptr.
  Capture* capture() { return capture_ ? &*capture_ : nullptr; }

 private:
  void received(Bytes packet, Time now) override;
  void sent(const TxPacket& packet, Time now) override;

  Narrator narrator_;
  std::optional<Printer> printer_;
  std::optional<Capture> capture_;
};

}  // namespace tcpstack::app
