// One end of the pair: a stack of random configuration, and a user who writes and reads a pattern, changes options under
// way, and closes.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "stack/stack.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/pair/network.h"
#include "tests/fuzz/story.h"

namespace tcpstack::test {

Config config_of(Input& input, std::size_t number);

class End {
 public:
  static constexpr std::uint16_t kPort = 5001;

  End(Input& input, std::size_t number, const Config& config);

  // A connection begins: with a plan for its user. The client opens it, the server has listened since its beginning.
  void begin(Input& input, std::size_t most, Time now);
  void listen(Input& input);
  void open(const Endpoint& server, Time now);

  // The user acts; then everything that is to be sent goes to the network.
  void act(Input& input, Network& network, bool receiver_offloads, Time now);
  void arrives(const Carried& packet, Time now);
  void time_passes(Time now) { stack.time_passes(now); }
  // When act() or time_passes() is due.
  [[nodiscard]] std::optional<Time> next_deadline() const;
  // The other end's user knows that this connection will not come to its end.
  void abort(Time now);

  // The user has given the connection back.
  [[nodiscard]] bool is_done() const { return done_; }
  [[nodiscard]] const tcp::Tcb* tcb() const { return stack.tcb(connection_); }
  // Requires is_done(). CLOSED with an error that the network explains.
  [[nodiscard]] bool has_failed() const { return error_ != tcp::Error::none; }
  [[nodiscard]] tcp::Error error() const { return error_; }
  // The peer has all that the user wrote, and nothing else.
  void require_equal_text(const End& reader) const;
  // Packets lost since the peer last acknowledged something, or was last heard.
  [[nodiscard]] std::uint64_t lost_since_progress() const { return lost_ - lost_at_progress_; }
  [[nodiscard]] std::uint64_t lost_since_heard() const { return lost_ - lost_at_heard_; }
  [[nodiscard]] bool was_connected() const { return connected_; }

  Stack stack;

 private:
  void take_event(const Event& event, Time now);
  void accept_all(Time now);
  void write(Input& input, Time now);
  void read(Time now);
  void change_options(Input& input, Time now);
  void note_progress(const Network& network);
  void check() const;
  void finish(Time now);

  Story story_;
  std::size_t number_;
  ListenerId listener_;
  ConnectionId connection_;
  Endpoint expected_peer_;

  // The plan.
  std::size_t to_send_ = 0;
  std::size_t write_size_ = 0;
  std::size_t read_size_ = 0;
  Duration write_pause_{0};
  Duration read_pause_{0};
  bool sends_urgent_ = false;
  bool gives_back_early_ = false;

  std::vector<std::uint8_t> received_;
  std::size_t sent_ = 0;
  bool connected_ = false;
  bool closed_ = false;  // CLOSE was called
  bool at_end_ = false;
  bool done_ = false;
  bool blocked_ = false;
  bool readable_ = false;
  tcp::Error error_ = tcp::Error::none;
  Time next_write_{};
  Time next_read_{};

  std::uint64_t lost_ = 0;
  std::uint64_t lost_at_progress_ = 0;
  std::uint64_t lost_at_heard_ = 0;
  tcp::Seq last_una_;
  Time last_heard_{};

 public:
  // The server knows its client by this.
  void expect(const Endpoint& peer) { expected_peer_ = peer; }
};

}  // namespace tcpstack::test
