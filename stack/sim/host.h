// A host of the simulated world: a Stack, and a user that sends and receives on one connection.
//
// The user opens or accepts, sends its bytes, closes, reads to the end of the stream, and waits for CLOSED. Its
// text is a pattern that depends only on the position, so the other end can check that each byte came once and in
// its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <vector>

#include "stack/base/random.h"
#include "stack/stack.h"

namespace tcpstack::sim {

struct UserOptions {
  bool opens = false;  // otherwise it listens
  bool is_flooded =
      false;  // it listens; a SYN from nowhere fills its SYN queue, so that it answers with cookies
  Duration start{0};               // time of the open
  std::uint64_t bytes = 0;         // to send
  std::size_t write_size = 65536;  // bytes of one send
  Duration write_pause{0};         // after each send
  std::size_t read_size = 65536;
  Duration read_pause{0};  // after each receive
  Duration reads_from{0};  // does not read before
  double urgent = 0;       // probability that a write is urgent (RFC 9293 section 3.8.5)
  double changes =
      0;  // probability, at each write, that the user changes an option of the connection
};

struct UserFigures {
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  bool in_order = true;  // every received byte was right
  bool at_end = false;   // the peer's FIN has been read
  bool closed = false;   // CLOSED has been reached
  tcp::Error error = tcp::Error::none;
  Time established{};
  Time first_byte{};
  Time last_byte{};  // received
  std::uint64_t retransmissions = 0;
  std::uint64_t timeouts = 0;
  Duration rtt_min = Duration::max();  // of SRTT after each received packet
  Duration rtt_max{0};
  Duration rtt_sum{0};
  std::uint64_t rtt_count = 0;
};

class Host;

// An observer of a host. Its arguments are valid only during the call.
class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void received(Bytes /*packet*/, Time /*now*/) {}  // the stack has processed it
  virtual void sent(const TxPacket& /*packet*/, Time /*now*/) {}
  virtual void settled(const Host& /*host*/, Time /*now*/) {}  // nothing more to do at `now`
};

class Host {
 public:
  static constexpr std::uint16_t kPort = 5001;
  using Send = std::function<void(const TxPacket&)>;

  // `peer`: the address to open to. Packets go to `send`, which copies them.
  Host(const Config& config, const UserOptions& user, Address peer, std::uint64_t seed, Send send);

  // The watcher must outlive the host's last call.
  void watch(Watcher& watcher) { watchers_.push_back(&watcher); }
  // The stack's own events (trace/observer.h); nullptr: off.
  void observe(trace::Observer* observer) { stack_.observe(observer); }

  void packet_arrives(Bytes packet, Time now);
  void time_passes(Time now);
  // When time_passes() has to be called.
  [[nodiscard]] std::optional<Time> next_deadline() const;
  // The user is done, and the stack has forgotten the connection.
  [[nodiscard]] bool done() const;
  // Is an alarm set? After the end of the run none may be.
  [[nodiscard]] bool has_alarm() const { return stack_.next_deadline().has_value(); }

  [[nodiscard]] const UserFigures& figures() const { return figures_; }
  [[nodiscard]] const Stack& stack() const { return stack_; }
  // nullptr: there is no connection.
  [[nodiscard]] const tcp::Tcb* tcb() const { return stack_.tcb(connection_); }

 private:
  void fill_syn_queue();
  void drain(Time now);
  void act(Time now);
  void start(Time now);
  void take_event(const Event& event, Time now);
  void send_more(Time now);
  std::expected<std::size_t, tcp::Error> send_once(Bytes text, Time now);
  void change_option(Time now);
  void receive_more(Time now);
  bool receive_once(Time now);
  void measure();
  void settle(Time now);

  UserOptions user_;
  base::Random random_;  // what the user does
  Address peer_;
  Send send_;
  std::vector<Watcher*> watchers_;
  Stack stack_;
  UserFigures figures_;
  ConnectionId connection_;
  ListenerId listener_;
  bool started_ = false;
  bool connected_ = false;
  bool close_called_ = false;
  bool can_send_ = false;
  bool can_receive_ = false;
  Time next_write_{};
  Time next_read_{};
};

}  // namespace tcpstack::sim
