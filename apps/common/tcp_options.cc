// The options of TCP: the settings of another system in one option (--like), and each setting alone.
#include <cctype>

#include "apps/common/command_line.h"
#include "apps/common/personality.h"

namespace tcpstack::app {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr const char* kGroup = "TCP";
constexpr std::array<std::string_view, 2> kSwitch{"off", "on"};
constexpr std::array<std::string_view, 3> kEcn{"off", "offer", "accept"};  // as in EcnMode

void add_number(CLI::App& app, const char* name, std::uint64_t low, std::uint64_t high,
                const std::function<void(std::uint64_t)>& set, const char* placeholder,
                const std::string& help) {
  const auto read = [name, low, high, set](const std::string& text) {
    set(take(name, text, parse_number(text, low, high)));
  };
  add(app, name, read, placeholder, help)->group(kGroup);
}

void add_flag(CLI::App& app, const char* name, bool& place, bool value, const char* help) {
  app.add_flag_callback(name, [&place, value] { place = value; }, help)->group(kGroup);
}

// Comes first: the options that follow override its settings, in any order on the command line.
void add_personality(CLI::App& app, TcpConfig& tcp) {
  const auto read = [&](const std::string& text) {
    const Personality* const personality = find_personality(text);
    if (personality == nullptr) {
      throw CLI::ValidationError("--like", fmt::format("'{}' is not one of {}", text,
                                                       fmt::join(personality_names(), ", ")));
    }
    personality->put_on(tcp);
  };
  std::string help = "Behave like another system; other options override its settings:\n";
  for (const Personality& personality : personalities()) {
    help += fmt::format("  {:<8} {}\n", personality.name, personality.summary);
  }
  help.pop_back();
  add(app, "--like", read, "SYSTEM", help)->group(kGroup);
}

void add_handshake_options(CLI::App& app, TcpConfig& tcp) {
  add_number(
      app, "--mss", 64, 65495, [&](auto n) { tcp.mss = static_cast<std::uint16_t>(n); }, "BYTES",
      "The announced maximum segment size, 64 to 65495 [MTU - 40]");
  const auto window = [&](std::uint64_t bytes) {
    const auto buffer = static_cast<std::uint32_t>(2 * bytes);
    tcp.receive_buffer = {buffer, buffer};  // half of a buffer is window
    tcp.syn_window = static_cast<std::uint16_t>(std::min<std::uint64_t>(bytes, 65535));
  };
  add_number(app, "--window", 1, 1U << 30, window, "BYTES",
             "A receive window that does not grow [65536, growing to 6 MiB]");
  add_flag(app, "--no-window-scale", tcp.window_scaling, false,
           "Neither offer nor accept RFC 7323's window scale");
  add_flag(app, "--no-timestamps", tcp.timestamps, false,
           "Neither offer nor accept RFC 7323's timestamps");
  add_flag(app, "--require-timestamps", tcp.accept_missing_timestamps, false,
           "Drop segments without timestamps once both ends use them (RFC 7323 3.2)");
  add_flag(app, "--no-sack", tcp.sack, false, "Neither offer nor accept RFC 2018's SACK");
  add_flag(app, "--fast-open", tcp.fast_open, true,
           "RFC 7413: give cookies, and take text on a SYN that returns one; tcpcat sends it so");
  const auto ecn = [&](const std::string& text) {
    tcp.ecn = take("--ecn", text, parse_word<EcnMode>(text, kEcn));
  };
  add(app, "--ecn", ecn, "MODE", "RFC 3168: off, offer or accept [accept]")->group(kGroup);
}

void add_retransmission_options(CLI::App& app, TcpConfig& tcp) {
  add_time(app, "--rto-initial", tcp.rto_initial, 1ms, 60s,
           "Retransmission timeout before the first measurement [1s]")
      ->group(kGroup);
  add_time(app, "--rto-min", tcp.rto_min, 1ms, 60s, "The smallest retransmission timeout [200ms]")
      ->group(kGroup);
  const auto set_retries = [&](std::uint64_t count) {
    tcp.retries_r2 = static_cast<unsigned>(count);
    tcp.retries_r1 = std::min(tcp.retries_r1, tcp.retries_r2);
  };
  add_number(app, "--retries", 0, 100, set_retries, "COUNT",
             "Retransmissions before the stack ends the connection [15]");
  const auto set_syn_retries = [&](std::uint64_t count) {
    tcp.syn_retries = static_cast<unsigned>(count);
    tcp.synack_retries = static_cast<unsigned>(count);
  };
  add_number(app, "--syn-retries", 0, 100, set_syn_retries, "COUNT",
             "The same for a SYN [10] and a SYN, ACK [5]");
  add_flag(app, "--reset-when-given-up", tcp.reset_when_given_up, true,
           "Then send a RST to the peer");
  add_flag(app, "--no-tail-loss-probe", tcp.tail_loss_probe, false,
           "A lost tail waits for the retransmission timeout (RFC 8985 section 7)");
}

void add_sender_options(CLI::App& app, TcpConfig& tcp) {
  const auto nagle = [&](const std::string& text) {
    tcp.nagle = take("--nagle", text, parse_word<bool>(text, kSwitch));
  };
  add(app, "--nagle", nagle, "on|off", "Small segments wait for an acknowledgment [on]")
      ->group(kGroup);
  const auto congestion = [&](const std::string& text) {
    tcp.congestion = take("--congestion", text, parse_congestion(text));
  };
  add(app, "--congestion", congestion, "NAME",
      fmt::format("Congestion control: {} [cubic]", congestion_names()))
      ->group(kGroup);
  add_flag(app, "--black-hole-detection", tcp.black_hole_detection, true,
           "RFC 4821: try smaller segments when large ones get no answer");
  add_flag(app, "--pacing", tcp.pacing, true, "Send at an even rate instead of in bursts");
  add_time(app, "--delayed-ack", tcp.delayed_ack, 0ms, 500ms,
           "Longest wait of an acknowledgment for text to travel with [40ms]")
      ->group(kGroup);
}

void add_lifetime_options(CLI::App& app, TcpConfig& tcp) {
  add_time(app, "--msl", tcp.msl, 1ms, 600s, "Maximum segment lifetime; TIME_WAIT lasts two [30s]")
      ->group(kGroup);
  const auto keep_alive = [&](const std::string& text) {
    tcp.keepalive = true;
    tcp.keepalive_idle = take("--keep-alive", text, parse_duration(text, 1ms, 7200s));
    tcp.keepalive_interval = std::min(tcp.keepalive_interval, tcp.keepalive_idle);
  };
  add(app, "--keep-alive", keep_alive, "TIME", "Probe the peer after TIME of silence [never]")
      ->group(kGroup);
}

}  // namespace

void add_tcp_options(CLI::App& app, StackOptions& options) {
  TcpConfig& tcp = options.stack.tcp;
  add_personality(app, tcp);
  const auto seed = [&](std::uint64_t number) { options.seed = number; };
  add_number(app, "--seed", 0, UINT64_MAX, seed, "NUMBER",
             "Repeat a run: all its random numbers and secrets follow from NUMBER, and whoever\n"
             "guesses NUMBER can forge its connections [256 bits from the system]");
  add_handshake_options(app, tcp);
  add_retransmission_options(app, tcp);
  add_sender_options(app, tcp);
  add_lifetime_options(app, tcp);
}

}  // namespace tcpstack::app
