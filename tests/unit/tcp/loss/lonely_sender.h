// The sending end of a connection on its own: text goes in, segments come out, acknowledgments come from the test. All
// that runs is the stack's own: output, emit, the fifth check, the alarms.
//
// The numbers are easy to follow: SMSS is 1,000 bytes, the first byte has sequence number 1, the handshake took 100 ms,
// so that the RTO is 300 ms. SACK is agreed, timestamps are not, the algorithm is Reno, the Nagle algorithm is off.
#pragma once

#include <string>
#include <vector>

#include "stack/wire/tcp.h"
#include "tests/unit/tcp/lonely_context.h"

namespace tcpstack::tcp {

// What an acknowledgment says besides its number.
struct AckOptions {
  wire::SackBlocks sack = {};
  std::uint32_t echo = 0;          // TSecr, if timestamps are agreed
  std::uint32_t window = 0;        // SEG.WND; 0: as before
  std::size_t text = 0;            // bytes of text that come with it
  bool echoes_congestion = false;  // ECE
};

class LonelySender : protected LonelyContext {
 protected:
  static constexpr std::uint32_t kSmss = 1000;

  LonelySender();

  // The first text is about to be sent, with a cwnd of so many segments.
  void begins(std::uint32_t segments);
  // The user writes so many bytes, and output sends what it may.
  void writes(std::size_t bytes);
  // An acknowledgment arrives, and output sends what it may.
  void acks(std::uint32_t number, const AckOptions& options = {});
  // Time passes; alarms go off when they are due, and output sends what it may.
  void passes(Duration span);
  // What has left since the last call: "1:1001 1001:2001".
  [[nodiscard]] std::string sent();

  Sender& sender() { return make_sender(tcb); }
  [[nodiscard]] std::uint32_t cwnd() const { return tcb.sender->recovery.window.cwnd; }
  [[nodiscard]] std::uint32_t ssthresh() const { return tcb.sender->recovery.window.ssthresh; }
  [[nodiscard]] RecoveryPhase phase() const { return tcb.sender->recovery.phase; }
  [[nodiscard]] Duration until(AlarmKind kind) const { return tcb.alarms.deadline(kind) - cx.now; }
  [[nodiscard]] std::uint32_t tsval() const;  // of what leaves now

 private:
  void output();

  std::vector<std::string> sent_;
};

}  // namespace tcpstack::tcp
