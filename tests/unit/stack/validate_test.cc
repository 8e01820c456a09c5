// A configuration that no Stack can run with is found out before, not by a crash at the first segment.
#include "stack/validate.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stack/tcp/connection_options.h"

namespace tcpstack {
namespace {

using namespace std::chrono_literals;
using testing::StartsWith;

TEST(Validate, TheDefaultsAreFine) { EXPECT_EQ(validate(Config{}), ""); }

TEST(Validate, AnAlgorithmThatNobodyKnows) {
  Config config;
  config.tcp.congestion = "vegas";
  EXPECT_THAT(std::string(validate(config)), StartsWith("tcp.congestion:"));
  config.tcp.congestion = nullptr;
  EXPECT_THAT(std::string(validate(config)), StartsWith("tcp.congestion:"));
}

TEST(Validate, AnAddressOfNoSingleHost) {
  for (const std::uint32_t address : {0U, 0xffffffffU, 0xe0000001U}) {
    Config config;
    config.ip.address = Address(address);
    EXPECT_THAT(std::string(validate(config)), StartsWith("ip.address:")) << address;
  }
}

// A field's first value that is refused beside the last one that is not.
struct Limit {
  std::string field;
  void (*last)(Config&);
  void (*beyond)(Config&);
};

std::vector<Limit> limits_of_ip() {
  return {
      {"ip.prefix", [](Config& c) { c.ip.prefix = 32; }, [](Config& c) { c.ip.prefix = 33; }},
      {"ip.mtu", [](Config& c) { c.ip.mtu = 68; }, [](Config& c) { c.ip.mtu = 67; }},
      {"ip.ttl", [](Config& c) { c.ip.ttl = 1; }, [](Config& c) { c.ip.ttl = 0; }},
      {"ip.path_mtu_min", [](Config& c) { c.ip.path_mtu_min = 68; },
       [](Config& c) { c.ip.path_mtu_min = 67; }},
      {"ip.path_mtu_entries", [](Config& c) { c.ip.path_mtu_entries = 1; },
       [](Config& c) { c.ip.path_mtu_entries = 0; }},
      {"ip.path_mtu_lifetime", [](Config& c) { c.ip.path_mtu_lifetime = 1us; },
       [](Config& c) { c.ip.path_mtu_lifetime = 0s; }},
      {"ip.reassembly_datagrams", [](Config& c) { c.ip.reassembly_datagrams = 1; },
       [](Config& c) { c.ip.reassembly_datagrams = 0; }},
      {"ip.reassembly_timeout", [](Config& c) { c.ip.reassembly_timeout = 1us; },
       [](Config& c) { c.ip.reassembly_timeout = 0s; }},
  };
}

std::vector<Limit> limits_of_buffers() {
  return {
      {"tcp.receive_buffer", [](Config& c) { c.tcp.receive_buffer = {2, 2}; },
       [](Config& c) { c.tcp.receive_buffer = {1, 2}; }},
      {"tcp.receive_buffer", [](Config& c) { c.tcp.receive_buffer = {1000, 1000}; },
       [](Config& c) { c.tcp.receive_buffer = {1000, 999}; }},
      {"tcp.receive_buffer", [](Config& c) { c.tcp.receive_buffer.largest = 1U << 31; },
       [](Config& c) { c.tcp.receive_buffer.largest = (1U << 31) + 1; }},
      {"tcp.send_buffer", [](Config& c) { c.tcp.send_buffer = {2, 2}; },
       [](Config& c) { c.tcp.send_buffer = {1, 2}; }},
      {"tcp.send_buffer", [](Config& c) { c.tcp.send_buffer.largest = 1U << 30; },
       [](Config& c) { c.tcp.send_buffer.largest = (1U << 30) + 1; }},
      {"tcp.initial_window", [](Config& c) { c.tcp.initial_window = 1; },
       [](Config& c) { c.tcp.initial_window = 0; }},
      {"tcp.pacing_slow_start", [](Config& c) { c.tcp.pacing_slow_start = 1; },
       [](Config& c) { c.tcp.pacing_slow_start = 0; }},
      {"tcp.pacing_slow_start, tcp.pacing_avoidance", [](Config& c) { c.tcp.pacing_avoidance = 1; },
       [](Config& c) { c.tcp.pacing_avoidance = 0; }},
      {"tcp.max_connections", [](Config& c) { c.tcp.max_connections = 1; },
       [](Config& c) { c.tcp.max_connections = 0; }},
      {"tcp.default_backlog", [](Config& c) { c.tcp.default_backlog = 1; },
       [](Config& c) { c.tcp.default_backlog = 0; }},
  };
}

std::vector<Limit> limits_of_timers() {
  return {
      {"tcp.rto_min", [](Config& c) { c.tcp.rto_min = c.tcp.rto_max; },
       [](Config& c) { c.tcp.rto_min = c.tcp.rto_max + 1us; }},
      {"tcp.rto_min", [](Config& c) { c.tcp.rto_min = 1us; },
       [](Config& c) { c.tcp.rto_min = 0s; }},
      {"tcp.rto_initial", [](Config& c) { c.tcp.rto_initial = c.tcp.rto_max; },
       [](Config& c) { c.tcp.rto_initial = c.tcp.rto_max + 1us; }},
      {"tcp.rto_initial", [](Config& c) { c.tcp.rto_initial = 1us; },
       [](Config& c) { c.tcp.rto_initial = 0s; }},
      {"tcp.msl", [](Config& c) { c.tcp.msl = 1us; }, [](Config& c) { c.tcp.msl = 0s; }},
      {"tcp.fin_wait_2_timeout", [](Config& c) { c.tcp.fin_wait_2_timeout = 1us; },
       [](Config& c) { c.tcp.fin_wait_2_timeout = 0s; }},
      {"tcp.delayed_ack", [](Config& c) { c.tcp.delayed_ack = 0s; },
       [](Config& c) { c.tcp.delayed_ack = -1us; }},
      {"tcp.delayed_ack", [](Config& c) { c.tcp.delayed_ack = 500ms - 1us; },
       [](Config& c) { c.tcp.delayed_ack = 500ms; }},
      {"tcp.challenge_ack_interval", [](Config& c) { c.tcp.challenge_ack_interval = 0s; },
       [](Config& c) { c.tcp.challenge_ack_interval = -1us; }},
      {"tcp.keepalive_idle", [](Config& c) { c.tcp.keepalive_idle = 1us; },
       [](Config& c) { c.tcp.keepalive_idle = 0s; }},
      {"tcp.keepalive_idle, tcp.keepalive_interval",
       [](Config& c) { c.tcp.keepalive_interval = 1us; },
       [](Config& c) { c.tcp.keepalive_interval = 0s; }},
      {"tcp.keepalive_idle, tcp.keepalive_interval, tcp.keepalive_probes",
       [](Config& c) { c.tcp.keepalive_probes = 1; },
       [](Config& c) { c.tcp.keepalive_probes = 0; }},
      {"tcp.user_timeout", [](Config& c) { c.tcp.user_timeout = 0s; },
       [](Config& c) { c.tcp.user_timeout = -1us; }},
  };
}

void expect_limits(const std::vector<Limit>& limits) {
  for (const Limit& limit : limits) {
    Config config;
    limit.last(config);
    EXPECT_EQ(validate(config), "") << limit.field;
    config = Config{};
    limit.beyond(config);
    EXPECT_THAT(std::string(validate(config)), StartsWith(limit.field));
  }
}

TEST(Validate, EachFieldUpToItsLimit) {
  expect_limits(limits_of_ip());
  expect_limits(limits_of_buffers());
  expect_limits(limits_of_timers());
}

// A new field does not compile here: may it have each value of its type? If not, it wants a row above.
TEST(Validate, HasLookedAtEachField) {
  const Config all;
  [[maybe_unused]] const auto& [ip_address, prefix, mtu, ttl, offload, reassembly_timeout,
                                reassembly_bytes, reassembly_datagrams, reassembly_fragments,
                                icmp_errors_per_second, icmp_errors_burst, path_mtu_min,
                                path_mtu_lifetime, path_mtu_entries] = all.ip;
  [[maybe_unused]] const auto& [udp_receive_buffer] = all.udp;
  [[maybe_unused]] const auto& [window_scaling, timestamps, accept_missing_timestamps, sack, ecn,
                                mss, option_layout, receive_buffer, send_buffer, not_sent_low,
                                syn_window, rto_initial, rto_min, rto_min_bounds_sum, rto_max,
                                retries_r1, retries_r2, syn_retries, synack_retries,
                                syn_linear_timeouts, reset_when_given_up, msl, fin_wait_2_timeout,
                                delayed_ack, quick_acks, nagle, keepalive, keepalive_idle,
                                keepalive_interval, keepalive_probes, user_timeout, congestion,
                                slow_start_after_idle, pacing, pacing_slow_start, pacing_avoidance,
                                tail_loss_probe, black_hole_detection, initial_window,
                                challenge_ack_interval, fast_open, fast_open_client,
                                fast_open_server, fast_open_needs_cookie, fast_open_queue,
                                fast_open_keys, keep_text_of_syn, max_connections, syn_cookies,
                                default_backlog] = all.tcp;
}

// A user of a connection can set nothing that the configuration may not have.
TEST(Validate, TheOptionsOfAConnectionHaveTheSameLimits) {
  using Options = tcp::ConnectionOptions;
  const std::vector<std::pair<std::string, void (*)(Options&)>> wrong = {
      {"tcp.keepalive_idle", [](Options& o) { o.keepalive_idle = 0s; }},
      {"tcp.keepalive_idle", [](Options& o) { o.keepalive_interval = 0s; }},
      {"tcp.keepalive_idle", [](Options& o) { o.keepalive_probes = 0; }},
      {"tcp.user_timeout", [](Options& o) { o.user_timeout = -1us; }},
      {"tcp.congestion", [](Options& o) { o.congestion = "vegas"; }},
      {"tcp.congestion", [](Options& o) { o.congestion = nullptr; }},
      {"tcp.max_segment", [](Options& o) { o.max_segment = 87; }},
      {"tcp.dscp", [](Options& o) { o.dscp = 64; }},
  };
  for (const auto& [field, change] : wrong) {
    Options options = tcp::default_options(TcpConfig{});
    options.keepalive = true;
    EXPECT_EQ(tcp::validate(options), "");
    change(options);
    EXPECT_THAT(std::string(tcp::validate(options)), StartsWith(field));
  }
  Options options = tcp::default_options(TcpConfig{});
  options.send_buffer = options.receive_buffer = 0xffffffff;
  const Options taken = tcp::as_taken(options, TcpConfig{});
  EXPECT_EQ(taken.send_buffer, 1U << 29);  // the queue has twice as much
  EXPECT_EQ(taken.receive_buffer, 1U << 30);
}

}  // namespace
}  // namespace tcpstack
