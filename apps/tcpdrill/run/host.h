// The one file between the system calls and the core: virtual time, packets in and out, the user calls, and the facts of
// a connection that a script may ask for.
//
// A feature that the core does not offer throws Unsupported with the script's word for it, so such a script never
// passes. To switch a feature on, change this file.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apps/tcpdrill/packets/packet_bytes.h"
#include "apps/tcpdrill/run/world.h"
#include "stack/stack.h"

namespace tcpstack::drill {

// A socket option: level and name as in setsockopt(2), and the script's word for it.
struct OptionName {
  int level = 0;
  int name = 0;
  std::string word;
};
// The options that were set on one socket, perhaps before it has a connection.
using OptionValues = std::map<std::pair<int, int>, std::int64_t>;

class Host {
 public:
  // At the script's time 0 the stack's clock shows `epoch`.
  Host(const Config& config, std::uint64_t seed, Time epoch);

  // --- time: the script's, which begins at 0 and jumps from alarm to alarm, and the stack's.
  [[nodiscard]] Time now() const { return now_; }
  [[nodiscard]] Time stack_time() const { return now_ + since_zero_; }
  // Runs the next alarm that is due at `limit` or before. Returns false, with the clock at `limit`, if there is
  // none.
  bool run_next_alarm(Time limit);
  [[nodiscard]] std::optional<Time> next_alarm() const;

  // --- packets. After them, and after user calls and alarms: transmit().
  void packet_arrives(Bytes bytes);
  void transmit();
  // Sent packets that wait here, oldest first.
  std::deque<Emission>& sent() { return sent_; }

  // --- user calls
  std::optional<tcpstack::Event> next_event() { return stack_.poll_event(); }
  Stack& stack() { return stack_; }

  // --- options. Throws Unsupported. `values` already has the new value.
  void apply(const OptionName& option, const OptionValues& values, ConnectionId connection);
  // Applies options to the future connections of a listener.
  void apply(const OptionValues& values, ListenerId listener);
  // A sysctl. The queue before the device paces existing connections, too.
  void set_config(const Config& config);
  std::int64_t read(const OptionName& option, const OptionValues& values, ConnectionId connection);

  // tcp_info by a script's name, without "tcpi_": "snd_mss". Returns nothing if the core does not know it.
  [[nodiscard]] std::optional<std::int64_t> info(ConnectionId connection,
                                                 std::string_view field) const;
  // A counter by nstat's name: "TcpExtPAWSEstab". Returns nothing if there is no such counter.
  [[nodiscard]] std::optional<std::uint64_t> counter(std::string_view name) const;

 private:
  [[nodiscard]] tcp::ConnectionOptions default_options() const;

  Stack stack_;
  Duration since_zero_;
  Time now_{};
  std::deque<Emission> sent_;
};

}  // namespace tcpstack::drill
