// Writes the packets of the hosts that open to a pcapng file, in virtual time from 1970 on. Each packet has the
// stack's reasons as its comments.
#pragma once

#include <list>
#include <string>

#include "apps/tcpstack/comments.h"
#include "apps/tcpstack/narrator.h"
#include "stack/device/pcapng.h"
#include "stack/sim/world.h"

namespace tcpstack::simulator {

class Capture {
 public:
  // Creates the file. Throws std::runtime_error with a line for the user.
  explicit Capture(const std::string& path);

  // Requires: the world does not run after the capture's end.
  void watch(sim::World& world);
  // Throws std::runtime_error if the file is incomplete.
  void finish();

 private:
  struct Tap : sim::Watcher {
    explicit Tap(device::PcapngWriter& to) : writer(to) { narrator.tell(comments); }
    void received(Bytes packet, Time now) override;
    void sent(const TxPacket& packet, Time now) override;
    device::PcapngWriter& writer;
    app::Narrator narrator;
    app::Comments comments;
  };

  device::PcapngWriter writer_;
  std::list<Tap> taps_;  // one for each host
};

}  // namespace tcpstack::simulator
