#include "apps/common/personality.h"

#include <algorithm>
#include <array>

namespace tcpstack::app {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

// The defaults are Linux's.
void as_linux(TcpConfig& tcp) { tcp = TcpConfig{}; }

// Lab A was captured on macOS: a shift of 6, and a window of 6379 x 64 bytes. XNU: net.inet.tcp.msl, keepcnt, and
// TCPTV_DELACK, a tenth of a second.
void as_macos(TcpConfig& tcp) {
  tcp.option_layout = wire::OptionLayout::as_macos;
  tcp.syn_window = 65535;
  tcp.receive_buffer = {2U * 6379 * 64, 2 << 20};
  tcp.rto_min = 230ms;
  tcp.retries_r2 = 12;
  tcp.delayed_ack = 100ms;
  tcp.msl = 15s;
  tcp.keepalive_probes = 8;
}

// The client of lab C: a shift of 8, windows of 64240 and 516 x 256 bytes. It repeats its FIN after 0.3, 0.6, 1.2,
// 2.4 and 4.8 s, and sends a RST 9.6 s later. Windows doubles a SYN's timeout from the first one on and tries it
// five times. The capture shows no tail loss probe.
void as_windows(TcpConfig& tcp) {
  tcp.option_layout = wire::OptionLayout::as_windows;
  tcp.syn_window = 64240;
  tcp.receive_buffer = {2U * 516 * 256, 8 << 20};
  tcp.rto_initial = 1s;
  tcp.rto_min = 300ms;
  tcp.rto_min_bounds_sum = true;
  tcp.retries_r2 = 5;
  tcp.syn_retries = 4;
  tcp.syn_linear_timeouts = 0;
  tcp.reset_when_given_up = true;
  tcp.tail_loss_probe = false;
}

// The server of lab C, at the edge of a large network: MSS 1452, a shift of 5, NOPs where the client's SYN had
// timestamps. Its window is 8192 in the SYN, ACK and 30208 in the first answer.
void as_edge(TcpConfig& tcp) {
  tcp.option_layout = wire::OptionLayout::as_edge;
  tcp.timestamps = false;
  tcp.mss = 1452;
  tcp.syn_window = 8192;
  tcp.receive_buffer = {2U * 30208, 1 << 20};
}

constexpr std::array<Personality, 4> kPersonalities{{
    {"linux", "our defaults", as_linux},
    {"windows", "the client of lab C", as_windows},
    {"macos", "the hosts of lab A", as_macos},
    {"edge", "the server of lab C", as_edge},
}};

}  // namespace

std::span<const Personality> personalities() { return kPersonalities; }

std::vector<std::string_view> personality_names() {
  std::vector<std::string_view> names;
  for (const Personality& personality : kPersonalities) names.push_back(personality.name);
  return names;
}

const Personality* find_personality(std::string_view name) {
  const auto* const found = std::ranges::find(kPersonalities, name, &Personality::name);
  return found == kPersonalities.end() ? nullptr : found;
}

}  // namespace tcpstack::app
