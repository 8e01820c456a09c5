// Writes every packet of both directions to a pcapng file, each with its comments (comments.h).
//
// Times are the stack's own, laid on the wall clock once at the start. So they agree with the narrator's lines to
// the microsecond, and do not jump when someone sets the clock.
#pragma once

#include <chrono>
#include <span>
#include <string>

#include "apps/tcpstack/comments.h"
#include "apps/tcpstack/options.h"
#include "stack/base/time.h"
#include "stack/device/pcapng.h"
#include "stack/packet.h"

namespace tcpstack::app {

class Capture : public LineListener {
 public:
  // Creates options.capture. Throws std::runtime_error with a line for the user.
  explicit Capture(const Options& options);

  // The wall clock's time at the stack's Time{}. Call it before the first packet.
  void starts_at(std::chrono::system_clock::time_point start) { start_ = start; }

  void line(const Line& line) override { comments_.line(line); }
  void received(Bytes packet, Time now);
  void sent(const TxPacket& packet, Time now);

  // Passes the captured packets to the system, as far as a slow reader takes them. A failure, for instance a full disk,
  // is reported once; the capture ends there, and the stack goes on.
  void flush();
  // Has its reader left anything waiting?
  [[nodiscard]] bool is_behind() const { return writer_.is_behind(); }
  // flush() at the end, with a little patience. Reports how many packets are missing.
  void finish(Duration patience);

 private:
  [[nodiscard]] std::int64_t wall_time(Time now) const;

  device::PcapngWriter writer_;
  Comments comments_;
  std::chrono::system_clock::time_point start_;
  bool reported_ = false;
};

}  // namespace tcpstack::app
