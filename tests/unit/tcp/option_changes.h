// Every option of a connection, changed to something that it is not by default: for tests that must not forget one.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "stack/tcp/tcb.h"

namespace tcpstack::test {

struct OptionChange {
  std::string name;
  void (*change)(tcp::ConnectionOptions&);
};

inline std::vector<OptionChange> option_changes() {
  using namespace std::chrono_literals;
  using Options = tcp::ConnectionOptions;
  using tcp::PathMtuDiscovery;
  // A new field does not compile here: it wants its row below.
  const Options all;
  [[maybe_unused]] const auto& [dscp, report_problems, nagle, cork, keepalive, pacing, discovery,
                                max_segment, syn_retries, not_sent_low, send_buffer, receive_buffer,
                                max_pacing_rate, congestion, fast_open_queue, keepalive_idle,
                                keepalive_interval, keepalive_probes, user_timeout] = all;
  return {
      {"dscp", [](Options& o) { o.dscp = 46; }},
      {"report_problems", [](Options& o) { o.report_problems = false; }},
      {"nagle", [](Options& o) { o.nagle = false; }},
      {"cork", [](Options& o) { o.cork = true; }},
      {"keepalive", [](Options& o) { o.keepalive = true; }},
      {"pacing", [](Options& o) { o.pacing = true; }},
      {"discovery_dont", [](Options& o) { o.path_mtu_discovery = PathMtuDiscovery::dont; }},
      {"discovery_force", [](Options& o) { o.path_mtu_discovery = PathMtuDiscovery::force; }},
      {"discovery_probe", [](Options& o) { o.path_mtu_discovery = PathMtuDiscovery::probe; }},
      {"max_segment", [](Options& o) { o.max_segment = 700; }},
      {"syn_retries", [](Options& o) { o.syn_retries = 2; }},
      {"not_sent_low", [](Options& o) { o.not_sent_low = 1000; }},
      {"send_buffer", [](Options& o) { o.send_buffer = 5000; }},
      {"receive_buffer", [](Options& o) { o.receive_buffer = 60'000; }},
      {"large_receive_buffer", [](Options& o) { o.receive_buffer = 1 << 20; }},
      {"max_pacing_rate", [](Options& o) { o.max_pacing_rate = 1'000'000; }},
      {"congestion", [](Options& o) { o.congestion = "reno"; }},
      {"fast_open_queue", [](Options& o) { o.fast_open_queue = 3; }},
      {"keepalive_idle", [](Options& o) { o.keepalive_idle = 5s; }},
      {"keepalive_interval", [](Options& o) { o.keepalive_interval = 2s; }},
      {"keepalive_probes", [](Options& o) { o.keepalive_probes = 1; }},
      {"user_timeout", [](Options& o) { o.user_timeout = 3s; }},
  };
}

}  // namespace tcpstack::test
