// An auditor of one stack: reads the trace of all its connections and reports the first rule that one of them breaks,
// whatever the path and the peer do.
//
//   windows   no text beyond the right edge that the peer has offered, but for a probe (RFC 9293 3.8.6, SHLD-15, MUST-36);
//             no right edge of our own that moves left (SHLD-14); no acknowledgment of what did not come, or came beyond
//             the edge that we offered
//   cwnd      new text within it (RFC 5681 section 3); at least one SMSS, and ssthresh two (equation 4); never more than
//             the initial window and all that was acknowledged (equation 2)
//   alarms    one that goes off makes the stack send; what waits has its alarm (tcp::check_at_rest)
//   cost      text sent again is in the figures, with what allows it (retransmissions_allowed)
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "stack/stack.h"
#include "stack/tcp/seq.h"
#include "stack/trace/observer.h"

namespace tcpstack::sim {

// Of one stack, in bytes of text.
struct AuditFigures {
  std::uint64_t retransmitted = 0;
  // The flights at retransmission timeouts, all of which may be sent again (RFC 6298 section 5); each tail loss probe (RFC 8985
  // section 7.3); a byte for each probe of a closed window (RFC 9293 section 3.8.6.1); a retransmission that RACK cannot
  // tell from an older one (RFC 8985 section 6.2).
  std::uint64_t allowed = 0;
  // The flights at the beginnings of fast recovery, which reordering can cause (RFC 5681 section 3.2).
  std::uint64_t allowed_by_recovery = 0;
  std::uint64_t segments_sent = 0;
  std::uint32_t largest_segment = 0;
};

class Auditor : public trace::Observer {
 public:
  // `next` gets all events, too.
  explicit Auditor(trace::Observer* next = nullptr) : next_(next) {}

  // The next segment that arrives is forged: it offers nothing.
  void ignore_next() { ignores_next_ = true; }
  // The stack has nothing more to send: requires that poll_transmit() says so. For each of its connections.
  void rest(const tcp::Tcb& tcb);

  // The first rule that was broken; empty: none.
  [[nodiscard]] const std::string& wrong() const { return wrong_; }
  [[nodiscard]] const AuditFigures& figures() const { return figures_; }

  void segment(const trace::SegmentEvent& event) override;
  void alarm(const trace::AlarmEvent& event) override;
  void transition(const trace::TransitionEvent& event) override;
  void dropped(const trace::DropEvent& event) override;
  void note(const trace::NoteEvent& event) override;

 private:
  // What is known of one connection from its segments alone.
  struct Connection {
    tcp::Seq iss;
    tcp::Seq sent_end;      // after the last number sent
    tcp::Seq received_end;  // after the last number that came
    tcp::Seq our_edge;      // the right edges offered: RCV.NXT + RCV.WND ...
    tcp::Seq peer_edge;     // ... and the peer's, the largest so far
    unsigned our_shift = 0;
    unsigned peer_shift = 0;
    bool syn_sent = false;
    bool syn_came = false;
    bool we_scale = false;  // RFC 7323 section 2.2: only if both SYNs say so
    bool peer_scales = false;
    bool fin_came = false;
    Time new_text_at{};
    std::uint32_t smallest_smss = 0xffffffff;
    std::uint32_t largest_smss = 0;
    bool in_recovery = false;
    bool must_send = false;  // an alarm has gone off
  };
  // The peer's address and port, and our port.
  using Key = std::tuple<std::uint32_t, std::uint16_t, std::uint16_t>;

  Connection& connection_of(const trace::SegmentEvent& event);
  Connection& connection_of(const tcp::Tcb& tcb);
  void syn(Connection& connection, const trace::SegmentEvent& event) const;
  void came(Connection& connection, const trace::SegmentEvent& event);
  void left(Connection& connection, const trace::SegmentEvent& event);
  void check_acknowledgment(Connection& connection, const trace::SegmentEvent& event);
  void check_text(Connection& connection, const trace::SegmentEvent& event);
  void check_cwnd(Connection& connection, const tcp::Tcb& tcb);
  void report(Time at, const std::string& what);

  trace::Observer* next_;
  bool ignores_next_ = false;
  std::map<Key, Connection> connections_;
  AuditFigures figures_;
  std::string wrong_;
};

}  // namespace tcpstack::sim
