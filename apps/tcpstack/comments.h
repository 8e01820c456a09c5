// Decides which lines of the story become the comments of a captured packet.
//
// A received packet gets the lines from its processing: transitions, or the name of its drop. A sent packet gets
// the reason why it is sent, and the events of its connection since its last packet that no received packet caused:
// a user's call, an alarm. So Wireshark shows our reasons beside the packets, and each transition appears exactly
// once.
//
// Next: capture.h writes them.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "apps/tcpstack/narrator.h"

namespace tcpstack::app {

class Comments : public LineListener {
 public:
  void line(const Line& line) override;

  // The comments of the packet that the stack has just processed.
  std::vector<std::string> take_received();
  // The comments of the packet that the device has just taken.
  std::vector<std::string> take_sent() { return take(); }

 private:
  enum class InHand : std::uint8_t { nothing, received, sent };
  struct Waiting {
    Endpoint local;
    Endpoint remote;
    std::string comment;
    [[nodiscard]] bool is_of(const Line& line) const {
      return local == line.local && remote == line.remote;
    }
  };

  void begin(InHand in_hand, const Line& line);
  void begin_sent(const Line& line);
  void add(const Line& line);
  void wait(const Line& line);
  void forget(const Line& line);
  std::vector<std::string> take();

  InHand in_hand_ = InHand::nothing;
  std::vector<std::string> comments_;  // of the packet in hand
  std::deque<Waiting> waiting_;        // for a packet of their connection; at most kWaiting
};

}  // namespace tcpstack::app
