// Two stacks of random configuration, a user at each, and a bad network between them (pair/).
//
// An input is both configurations, both users' plans, and then a byte or two for each packet: its fate, and what an
// attacker off the path forges meanwhile. When the input is used up the network is good. Then all text must arrive, the
// same at both ends, and both stacks must forget the connection. An end may fail only if the network explains it:
// all transmissions that R2 allows were lost.
//
// After each step the invariants hold (stack/tcp/check.cc).
#include <chrono>
#include <optional>

#include "tests/fuzz/pair/end.h"
#include "tests/fuzz/pair/forgery.h"

namespace tcpstack::test {
namespace {

using std::chrono_literals::operator""min;

class Pair {
 public:
  explicit Pair(Input& input)
      : input_(input),
        network_(input),
        client_(input, 0, config_of(input, 0)),
        server_(input, 1, config_of(input, 1)) {}

  void run();

 private:
  bool run_connection();
  void begin();
  bool step();
  void forge();
  void settle();
  [[nodiscard]] std::optional<Time> next() const;
  [[nodiscard]] std::size_t most_text() const;
  [[nodiscard]] static bool is_explained(const End& failed, const End& other);
  void require_end();
  End& end(std::size_t number) { return number == 0 ? client_ : server_; }

  // A connection that neither fails nor ends for so long after the network has become good is wedged.
  static constexpr Duration kMostTime = 60min;
  static constexpr int kMostSteps = 400'000;

  Input& input_;
  Network network_;
  End client_;
  End server_;
  Time now_{Duration(1'000'000)};
  Time good_since_{};
  int steps_ = 0;
};

// About 200 segments or windows, whichever is smaller.
std::size_t Pair::most_text() const {
  std::size_t most = 100'000;
  for (const End* const end : {&client_, &server_}) {
    const Config& config = end->stack.config();
    most = std::min<std::size_t>(most, 200 * std::max<std::size_t>(config.ip.mtu - 60U, 20));
    most = std::min<std::size_t>(most, 200 * (config.tcp.receive_buffer.initial / 2));
    most = std::min<std::size_t>(most, 200 * std::size_t{config.tcp.send_buffer.initial});
  }
  return std::min<std::size_t>(most, 200 * std::max<std::size_t>(network_.mtu() - 60U, 20));
}

void Pair::begin() {
  client_.begin(input_, most_text(), now_);
  server_.begin(input_, most_text(), now_);
  client_.open({server_.stack.config().ip.address, End::kPort}, now_);
  server_.expect(client_.tcb()->local);
  good_since_ = now_;
}

void Pair::forge() {
  if (!input_.chance(4)) return;
  const std::size_t target = input_.below(2);
  const tcp::Tcb* const tcb = end(target).tcb();
  const Endpoint listener{server_.stack.config().ip.address, End::kPort};
  // Without cookies a flood of SYNs wins.
  const bool is_syn = input_.chance(20) && server_.stack.config().tcp.syn_cookies;
  const auto packet = is_syn           ? forge_syn(input_, listener)
                      : tcb == nullptr ? std::nullopt
                                       : test::forge(input_, *tcb);
  if (packet)
    end(is_syn ? 1 : target).arrives({.to = target, .bytes = *packet, .offload = {}}, now_);
}

void Pair::settle() {
  client_.act(input_, network_, server_.stack.config().ip.offload, now_);
  server_.act(input_, network_, client_.stack.config().ip.offload, now_);
}

std::optional<Time> Pair::next() const {
  std::optional<Time> next;
  for (const auto at :
       {network_.next_arrival(), client_.next_deadline(), server_.next_deadline()}) {
    if (at && (!next || *at < *next)) next = at;
  }
  return next;
}

// One packet or one alarm; false: nothing is left to happen.
bool Pair::step() {
  const auto at = next();
  if (!at) return false;
  now_ = std::max(now_, *at);
  if (!network_.is_good()) good_since_ = now_;
  require(++steps_ < kMostSteps, "the two stacks keep each other busy without end");
  forge();
  if (const auto arrival = network_.next_arrival(); arrival && *arrival <= now_) {
    const Carried packet = network_.take();
    end(packet.to).arrives(packet, now_);
  }
  client_.time_passes(now_);
  server_.time_passes(now_);
  settle();
  return true;
}

// Does the network explain the error? R2 (3.8.3): 15 retransmissions; 10 of a SYN, 5 of a SYN, ACK. Or nine keep-alives,
// or the user timeout; then the other end may get a RST.
bool Pair::is_explained(const End& failed, const End& other) {
  const TcpConfig& tcp = failed.stack.config().tcp;
  switch (failed.error()) {
    case tcp::Error::aborted:
    case tcp::Error::net_unreachable:  // what ICMP has said meanwhile
    case tcp::Error::host_unreachable:
      return failed.lost_since_progress() > tcp.retries_r2 ||
             (!failed.was_connected() && failed.lost_since_progress() > tcp.syn_retries) ||
             (tcp.keepalive && failed.lost_since_heard() >= tcp.keepalive_probes) ||
             (tcp.user_timeout > Duration::zero() && failed.lost_since_progress() > 0);
    case tcp::Error::reset:
    case tcp::Error::refused:
    case tcp::Error::closing:
      // The server has given up: the connection, or its SYN, ACK. Or the last ACK was lost, and the FIN comes again when the
      // other end's TIME-WAIT is over.
      return (other.is_done() && (other.has_failed() || failed.lost_since_progress() > 0)) ||
             (!other.was_connected() && other.lost_since_progress() > tcp.synack_retries) ||
             // A cookie says where the client's text begins: what comes without its first segment gets a RST.
             (!other.was_connected() && other.stack.counters().cookies_sent > 0);
    case tcp::Error::none:
    case tcp::Error::does_not_exist:
    case tcp::Error::already_exists:
    case tcp::Error::illegal:
    case tcp::Error::insufficient:
    case tcp::Error::would_block:
    case tcp::Error::address_in_use:
    case tcp::Error::protocol_unreachable: return false;
  }
  return false;
}

// True: it came to its end, and both users have what the other has written. False: it failed for a good reason.
bool Pair::run_connection() {
  begin();
  settle();
  while (!client_.is_done() || !server_.is_done()) {
    require(step(), "nothing happens any more");
    require(now_ - good_since_ < kMostTime, "the connection is wedged");
    for (std::size_t i = 0; i < 2; ++i) {
      if (!end(i).is_done() || !end(i).has_failed()) continue;
      require(is_explained(end(i), end(1 - i)), "a connection fails without a reason");
      end(1 - i).abort(now_);
      return false;
    }
  }
  client_.require_equal_text(server_);
  server_.require_equal_text(client_);
  return true;
}

// Everything that still waits (TIME_WAIT, what was forged) ends by itself.
void Pair::require_end() {
  settle();
  while (step()) require(now_ - good_since_ < kMostTime, "an alarm goes off for ever");
  require(client_.stack.connection_count() == 0, "the client's stack keeps a connection");
  require(server_.stack.connection_count() == 0, "the server's stack keeps a connection");
}

void Pair::run() {
  server_.listen(input_);
  // The second connection may use the Fast Open cookie and the path MTU of the first.
  const bool twice = input_.chance(30);
  if (!run_connection()) return;
  if (twice && !run_connection()) return;
  require_end();
}

}  // namespace
}  // namespace tcpstack::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tcpstack::test::Input input(data, std::min<std::size_t>(size, 4096));
  tcpstack::test::Pair(input).run();
  return 0;
}
