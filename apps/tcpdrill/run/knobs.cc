#include "apps/tcpdrill/run/knobs.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

#include "apps/tcpdrill/language/problem.h"
#include "apps/tcpdrill/run/setup.h"
#include "stack/tcp/congestion/congestion.h"
#include "stack/validate.h"

namespace tcpstack::drill {
namespace {

// 4096, 0x1000, $((4*1024))
std::int64_t number_of(const std::string& knob, const std::string& text) {
  if (text.starts_with("$((") && text.ends_with("))")) {
    std::int64_t product = 1;
    std::istringstream factors(text.substr(3, text.size() - 5));
    for (std::string factor; std::getline(factors, factor, '*');)
      product *= number_of(knob, factor);
    return product;
  }
  std::int64_t number = 0;
  const bool hex = text.starts_with("0x");
  const char* const end = text.data() + text.size();
  const auto [stopped, error] =
      std::from_chars(text.data() + (hex ? 2 : 0), end, number, hex ? 16 : 10);
  if (error != std::errc{} || stopped != end) throw Unsupported(knob + "=" + text);
  return number;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(std::move(word));
  return words;
}

// "4096 540000 15728640": smallest, initial, largest.
BufferSizes buffer_of(const std::string& knob, const std::string& text) {
  const auto words = words_of(text);
  if (words.size() != 3) throw Unsupported(knob + "=" + text);
  return {static_cast<std::uint32_t>(number_of(knob, words[1])),
          static_cast<std::uint32_t>(number_of(knob, words[2]))};
}

// Settings that agree with ours at only one value; at any other the script is unsupported.
struct FixedKnob {
  std::string_view name;
  std::string_view value;
};
constexpr std::array kFixed = {
    FixedKnob{"tcp_recovery", "1"},    FixedKnob{"tcp_reordering", "3"},
    FixedKnob{"tcp_dsack", "1"},       FixedKnob{"tcp_fack", "0"},
    FixedKnob{"tcp_frto", "2"},        FixedKnob{"tcp_shrink_window", "0"},
    FixedKnob{"tcp_autocorking", "0"}, FixedKnob{"tcp_moderate_rcvbuf", "1"},
};
// Settings of mechanisms that this stack does not need: super-segments for a device, metrics.
constexpr std::array<std::string_view, 6> kIgnored = {
    "tcp_min_tso_segs",    "tcp_tso_win_divisor",          "tcp_tso_rtt_log",
    "tcp_no_metrics_save", "tcp_no_ssthresh_metrics_save", "tcp_comp_sack_nr",
};

void set_congestion_control(const std::string& name, TcpConfig& tcp) {
  const tcp::CongestionAlgorithm* const known = tcp::find_congestion_algorithm(name);
  if (known == nullptr) throw Unsupported("tcp_congestion_control=" + name);
  tcp.congestion = known->name;
}

void set_ecn(const std::string& value, TcpConfig& tcp) {
  switch (number_of("tcp_ecn", value)) {
    case 0: tcp.ecn = EcnMode::off; return;
    case 1: tcp.ecn = EcnMode::offer; return;
    case 2: tcp.ecn = EcnMode::accept; return;
    default: throw Unsupported("tcp_ecn=" + value);
  }
}

// Linux: 1 clients, 2 servers, 0x400 servers without the socket option; 4 and 0x200 work without a cookie, for clients and
// servers. The bits above choose among keys.
void set_fast_open(const std::string& value, TcpConfig& tcp) {
  const std::int64_t bits = number_of("tcp_fastopen", value);
  if ((bits & 4) != 0) throw Unsupported("tcp_fastopen=" + value);
  tcp.fast_open_client = (bits & 1) != 0;
  tcp.fast_open_server = (bits & 2) != 0;
  tcp.fast_open = tcp.fast_open_client || tcp.fast_open_server;
  tcp.fast_open_needs_cookie = (bits & 0x200) == 0;
  tcp.fast_open_queue = (bits & 0x402) == 0x402 ? 256 : 0;
}

// "a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4": four numbers, the lowest byte of each first.
FastOpenKeys::Key fast_open_key(const std::string& value) {
  std::string text = value;
  std::ranges::replace(text, '-', ' ');
  const auto words = words_of(text);
  if (words.size() != 4) throw Unsupported("tcp_fastopen_key=" + value);
  FastOpenKeys::Key key;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const std::int64_t word = number_of("tcp_fastopen_key", "0x" + words[i / 4]);
    key[i] = static_cast<std::uint8_t>(word >> (8 * (i % 4)));
  }
  return key;
}

// One key, or "KEY,OLD".
void set_fast_open_keys(const std::string& value, TcpConfig& tcp) {
  const std::size_t comma = value.find(',');
  tcp.fast_open_keys = {.key = fast_open_key(value.substr(0, comma)), .old_key = {}};
  if (comma != std::string::npos)
    tcp.fast_open_keys.old_key = fast_open_key(value.substr(comma + 1));
}

// Settings that switch options on and off, and the choice of algorithms. Returns false for any other setting.
bool set_mechanism(const std::string& knob, const std::string& value, TcpConfig& tcp) {
  const auto is_on = [&] { return number_of(knob, value) != 0; };
  if (knob == "tcp_timestamps") {
    tcp.timestamps = is_on();
  } else if (knob == "tcp_sack") {
    tcp.sack = is_on();
  } else if (knob == "tcp_window_scaling") {
    tcp.window_scaling = is_on();
  } else if (knob == "tcp_early_retrans") {
    tcp.tail_loss_probe = is_on();
  } else if (knob == "tcp_slow_start_after_idle") {
    tcp.slow_start_after_idle = is_on();
  } else if (knob == "tcp_syncookies") {
    tcp.syn_cookies = is_on();
  } else if (knob == "tcp_fastopen") {
    set_fast_open(value, tcp);
  } else if (knob == "tcp_fastopen_key") {
    set_fast_open_keys(value, tcp);
  } else if (knob == "tcp_ecn") {
    set_ecn(value, tcp);
  } else if (knob == "tcp_congestion_control") {
    set_congestion_control(value, tcp);
  } else if (knob == kQueue) {
    tcp.pacing = value == "fq";
  } else {
    return false;
  }
  return true;
}

// FreeBSD's settings at their defaults (tcp(4)): a script names them to undo those of other tests. They have no effect.
constexpr std::array kFreeBsdDefaults = {
    FixedKnob{"always_keepalive", "1"},
    FixedKnob{"blackhole", "0"},
    FixedKnob{"cc.abe", "0"},
    FixedKnob{"cc.algorithm", "cubic"},
    FixedKnob{"delayed_ack", "1"},
    FixedKnob{"do_prr", "1"},
    FixedKnob{"drop_synfin", "0"},
    FixedKnob{"ecn.enable", "2"},
    FixedKnob{"fast_finwait2_recycle", "0"},
    FixedKnob{"fastopen.client_enable", "1"},
    FixedKnob{"fastopen.server_enable", "0"},
    FixedKnob{"finwait2_timeout", "60000"},
    FixedKnob{"functions_default", "freebsd"},
    FixedKnob{"hostcache.purgenow", "1"},  // an act: another cache to empty
    FixedKnob{"icmp_may_rst", "1"},
    FixedKnob{"initcwnd_segments", "10"},
    FixedKnob{"insecure_ack", "0"},
    FixedKnob{"insecure_rst", "0"},
    FixedKnob{"insecure_syn", "0"},
    FixedKnob{"keepcnt", "8"},
    FixedKnob{"keepidle", "7200000"},
    FixedKnob{"keepinit", "75000"},
    FixedKnob{"keepintvl", "75000"},
    FixedKnob{"minmss", "216"},
    FixedKnob{"msl", "30000"},
    FixedKnob{"mssdflt", "536"},
    FixedKnob{"path_mtu_discovery", "1"},
    FixedKnob{"pmtud_blackhole_detection", "0"},
    FixedKnob{"recvbuf_auto", "1"},
    FixedKnob{"recvspace", "65536"},
    FixedKnob{"rexmit_drop_options", "0"},
    FixedKnob{"rfc1323", "1"},
    FixedKnob{"rfc3042", "1"},
    FixedKnob{"rfc3390", "1"},
    FixedKnob{"rfc3465", "1"},
    FixedKnob{"rfc6675_pipe", "0"},
    FixedKnob{"sack.enable", "1"},
    FixedKnob{"sendbuf_auto", "1"},
    FixedKnob{"sendspace", "32768"},
    FixedKnob{"syncookies", "1"},
    FixedKnob{"syncookies_only", "0"},
    FixedKnob{"tolerate_missing_ts", "0"},
    FixedKnob{"tso", "1"},
    FixedKnob{"udp_tunneling_port", "0"},
};

// FreeBSD acknowledges no text early.
void set_freebsd_knob(const Sysctl& sysctl, TcpConfig& tcp) {
  tcp.quick_acks = 0;
  constexpr std::string_view kTcp = "net.inet.tcp.";
  const auto is_this = [&](const FixedKnob& known) {
    return sysctl.name == std::string(kTcp) + std::string(known.name) &&
           sysctl.value == known.value;
  };
  if (std::ranges::none_of(kFreeBsdDefaults, is_this))
    throw Unsupported(sysctl.name + "=" + sysctl.value);
}

void set_knob(const Sysctl& sysctl, Config& config) {
  const auto& [knob, value] = sysctl;
  TcpConfig& tcp = config.tcp;
  if (knob.starts_with(kFreeBsd)) return set_freebsd_knob(sysctl, tcp);
  const auto number = [&] { return number_of(knob, value); };
  if (std::ranges::find(kIgnored, knob) != kIgnored.end()) return;
  const auto fixed = [&](const FixedKnob& known) {
    return known.name == knob && known.value == value;
  };
  if (std::ranges::any_of(kFixed, fixed)) return;
  if (set_mechanism(knob, value, tcp)) return;
  if (knob == "tcp_rmem") {
    tcp.receive_buffer = buffer_of(knob, value);
  } else if (knob == "tcp_wmem") {
    tcp.send_buffer = buffer_of(knob, value);
  } else if (knob == "tcp_notsent_lowat") {
    tcp.not_sent_low = static_cast<std::uint32_t>(number());
  } else if (knob == "tcp_pacing_ss_ratio") {
    tcp.pacing_slow_start = static_cast<unsigned>(number());
  } else if (knob == "tcp_pacing_ca_ratio") {
    tcp.pacing_avoidance = static_cast<unsigned>(number());
  } else if (knob == "tcp_rto_max_ms") {
    tcp.rto_max = std::chrono::milliseconds(number());
  } else if (knob == "tcp_rto_min_us") {
    tcp.rto_min = Duration(number());
  } else if (knob == "tcp_syn_retries") {
    tcp.syn_retries = static_cast<unsigned>(number());
  } else if (knob == "tcp_synack_retries") {
    tcp.synack_retries = static_cast<unsigned>(number());
  } else if (knob == "tcp_retries1") {
    tcp.retries_r1 = static_cast<unsigned>(number());
  } else if (knob == "tcp_retries2") {
    tcp.retries_r2 = static_cast<unsigned>(number());
  } else if (knob == "tcp_fin_timeout") {
    tcp.fin_wait_2_timeout = std::chrono::seconds(number());
  } else if (knob == "tcp_invalid_ratelimit") {
    tcp.challenge_ack_interval = std::chrono::milliseconds(number());
  } else {
    throw Unsupported(knob + "=" + value);
  }
}

}  // namespace

std::vector<Sysctl> default_sysctls() {
  return {
      {"tcp_congestion_control", "cubic"},
      {"tcp_ecn", "2"},
      {"tcp_fastopen", "0x403"},
      {"tcp_fastopen_key", "a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4"},
      {"tcp_rmem", "4096 540000 15728640"},
      {"tcp_wmem", "4096 262144 4194304"},
      {"tcp_sack", "1"},
      {"tcp_slow_start_after_idle", "0"},
      {"tcp_syn_retries", "5"},
      {"tcp_synack_retries", "5"},
      {"tcp_timestamps", "1"},
      {"tcp_window_scaling", "1"},
  };
}

Config config_of(const Setup& setup) {
  Config config;
  config.ip.address = setup.addresses.local;
  config.ip.mtu = setup.mtu;
  config.tcp.keep_text_of_syn = setup.keeps_text_of_syn;
  return changed(config, setup.sysctls);
}

Config changed(Config config, const std::vector<Sysctl>& sysctls) {
  for (const Sysctl& sysctl : sysctls) set_knob(sysctl, config);
  if (const auto wrong = validate(config); !wrong.empty()) throw Unsupported(std::string(wrong));
  return config;
}

}  // namespace tcpstack::drill
