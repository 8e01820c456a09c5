// One stack in virtual time, a peer who does what a script says, and everything both have done so far.
//
// A story goes line by line; each line happens, or is checked:
//
//   < S 0:0(0) win 32768 <mss 1000>     the peer sends (win 32768 when none is written);
//                                       "<<": more arrives before the stack may answer
//   > S. 0:0(0) ack 1 <mss 1000>        the stack has sent this; a missing field (win) is not compared,
//                                       "<...>" means any options
//   +40ms                               time passes; alarms go off at their time
//   listen  unlisten  open  accept  send 1000  receive 500  close  abort  release       the user calls
//   send 10 = closing                   ... with its result: a number or an error; else it must succeed
//   state ESTABLISHED                   checks; also: error, drop, event, snd.wnd, readable (see lines.cc)
//
// Numbers are relative to either side's initial sequence number; TSval of the stack is milliseconds since the story
// began. Each packet and drop of the stack needs its line before the next event. Text is compared byte by byte: the
// byte at relative number n is text_byte(n), in both directions.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stack/stack.h"
#include "stack/tcp/state.h"
#include "stack/wire/tcp.h"

namespace tcpstack::test {

// The first sequence numbers of the two sides. A rule that holds at 1000 has to hold where they wrap around, and
// where their sign changes.
struct Numbers {
  const char* name;
  std::uint32_t theirs;
  std::uint32_t ours;  // met to within 250, the ticks of the ISN's clock in a millisecond
};

constexpr std::uint8_t text_byte(std::uint32_t number) {
  return static_cast<std::uint8_t>(number % 251);
}

// The window of a peer's segment that does not say it.
inline constexpr std::uint16_t kTheirWindow = 32768;

// Small round windows, and segments of 1000 bytes.
Config story_config();

class Story : trace::Observer {
 public:
  using Edge = std::pair<tcp::State, tcp::State>;

  Story(const Numbers& numbers, const Config& config);
  ~Story() override;
  Story(const Story&) = delete;
  Story& operator=(const Story&) = delete;

  // The fault of the line, or nothing.
  std::optional<std::string> tell(std::string_view line);
  // The fault at the end: segments and drops without a line.
  std::optional<std::string> end();

  // All that has happened so far, a line each.
  [[nodiscard]] const std::string& text() const { return text_; }
  // The arrows of Figure 5 that were taken.
  [[nodiscard]] const std::set<Edge>& edges() const { return edges_; }
  // The latest packet of the stack, whole.
  [[nodiscard]] const std::vector<std::uint8_t>& latest_packet() const { return packet_; }

 private:
  struct Sent {
    wire::TcpHeader header;
    std::size_t length;
  };

  // The trace stream.
  void segment(const trace::SegmentEvent& event) override;
  void transition(const trace::TransitionEvent& event) override;
  void dropped(const trace::DropEvent& event) override;
  void alarm(const trace::AlarmEvent& event) override;

  // The actions of lines; each returns its fault, or nothing.
  using Wrong = std::optional<std::string>;
  Wrong peer_sends(std::string_view notation, bool more_comes);
  Wrong has_sent(std::string_view notation);
  Wrong pass(Duration span);
  Wrong call(std::string_view verb, std::string_view rest);
  Wrong check(std::string_view what, std::string_view value);

  // The result of a user call in words: "ok", a number, or the error.
  std::string listen();
  std::string unlisten();
  std::string open();
  std::string accept();
  std::string send(std::size_t size);
  std::string receive(std::size_t size);
  std::string close();
  std::string abort();
  std::string release();

  void packet_arrives(const wire::TcpHeader& header, std::size_t length);
  void drain();
  void take(const TxPacket& packet);
  void learn(const wire::TcpHeader& header);
  [[nodiscard]] std::string note_of(wire::TcpHeader header, std::size_t length, bool from_us) const;
  void write(std::string_view line);
  [[nodiscard]] std::string value_of(std::string_view what);
  [[nodiscard]] const tcp::Tcb* tcb() const;

  Stack stack_;
  Time start_;
  Time now_;
  std::uint32_t theirs_;
  std::uint32_t ours_ = 0;  // our ISN, once we have sent it
  bool ours_known_ = false;
  std::uint32_t ts_base_ = 0;  // our TSval when the story began
  bool ts_known_ = false;

  ListenerId listener_;
  ConnectionId connection_;
  tcp::State state_ = tcp::State::CLOSED;
  std::uint32_t queued_ = 1;    // number of the next byte that the user sends
  std::uint32_t received_ = 1;  // number of the next byte that the user receives
  std::string events_;
  std::deque<Sent> sent_;   // without a line yet
  std::deque<Drop> drops_;  // without a line yet
  std::string broken_;      // text or a checksum that is not as it should be
  std::vector<std::uint8_t> packet_;
  std::set<Edge> edges_;
  std::string text_;
};

// The time at which a connection's ISN is about `isn`, for a stack of the given seed and config.
Time start_for_isn(std::uint32_t isn, const Config& config);

}  // namespace tcpstack::test
