// A SYN, ACK says the same whether a connection sends it or a cookie, for every option of the listener and every offer of
// the peer; and the connection that follows is the same.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "stack/tcp/agreed/mss.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"
#include "tests/support/stack_host.h"
#include "tests/unit/tcp/option_changes.h"

namespace tcpstack::test {
namespace {

constexpr std::uint16_t kPort = 80;
constexpr std::uint16_t kPeerPort = 2;
constexpr std::uint32_t kIsn = 5000;

wire::TcpHeader syn_with(const wire::TcpOptions& options) {
  wire::TcpHeader syn{.sequence = kIsn, .window = 65535, .options = options};
  syn.control.syn = true;
  return syn;
}

wire::TcpHeader full_offer() {
  wire::TcpOptions options;
  options.maximum_segment_size = 1460;
  options.window_scale = 9;
  options.sack_permitted = true;
  options.timestamps = {70, 0};
  return syn_with(options);
}

// A stack that answers a SYN from kPeerPort, the second one that it gets.
class Answerer {
 public:
  Answerer(const Config& config, std::size_t backlog, void (*change)(tcp::ConnectionOptions&))
      : host_(config), listener_(host_.stack.listen({{}, kPort}, backlog).value()) {
    tcp::ConnectionOptions options = host_.stack.options(listener_).value();
    change(options);
    EXPECT_TRUE(host_.stack.set_options(listener_, options));
    host_.arrives(tcp_packet(full_offer(), 1, kPort, {}));
    host_.take_sent();
  }

  Packet answer(const wire::TcpHeader& syn) {
    host_.arrives(tcp_packet(syn, kPeerPort, kPort, {}));
    const auto sent = host_.take_sent();
    return sent.size() == 1 ? sent[0] : Packet{};
  }
  // The third packet of the handshake; nullptr: it made no connection.
  const tcp::Tcb* completes(const wire::TcpHeader& answer) {
    wire::TcpHeader ack{
        .sequence = kIsn + 1, .acknowledgment = answer.sequence + 1, .window = 1000};
    ack.control.ack = true;
    if (answer.options.timestamps) ack.options.timestamps = {71, answer.options.timestamps->value};
    host_.arrives(tcp_packet(ack, kPeerPort, kPort, {}));
    const auto connection = host_.stack.accept(listener_, host_.now);
    return connection ? host_.stack.tcb(*connection) : nullptr;
  }
  [[nodiscard]] std::uint64_t cookies() const { return host_.stack.counters().cookies_sent; }

 private:
  StackHost host_;
  ListenerId listener_;
};

wire::TcpHeader tcp_header(const Packet& packet) {
  const auto ip = wire::parse_ipv4(packet).value();
  return wire::parse_tcp(ip.payload, ip.header.source, ip.header.destination)->header;
}

// All of an answer but what a cookie must have of its own (syn_cookie.h): the ISN, the low bits of TSval, and, without
// timestamps, no scaling and no SACK. It has no place for ECN.
struct Comparable {
  wire::Ipv4Header ip;
  wire::TcpHeader tcp;
};

Comparable comparable(const Packet& packet) {
  Comparable result{.ip = wire::parse_ipv4(packet)->header, .tcp = tcp_header(packet)};
  result.tcp.sequence = 0;
  result.tcp.control.ece = false;
  if (result.tcp.options.timestamps) {
    result.tcp.options.timestamps->value = 0;
  } else {
    result.tcp.options.window_scale.reset();
    result.tcp.options.sack_permitted = false;
  }
  return result;
}

void expect_same_answer(const Packet& of_connection, const Packet& of_cookie, bool timestamps) {
  const Comparable one = comparable(of_connection);
  const Comparable other = comparable(of_cookie);
  EXPECT_EQ(other.ip.dscp, one.ip.dscp);
  EXPECT_EQ(other.ip.ecn, one.ip.ecn);
  EXPECT_EQ(other.ip.dont_fragment, one.ip.dont_fragment);
  EXPECT_EQ(other.ip.identification, one.ip.identification);
  EXPECT_EQ(other.ip.ttl, one.ip.ttl);
  EXPECT_EQ(other.tcp.acknowledgment, one.tcp.acknowledgment);
  EXPECT_EQ(other.tcp.control, one.tcp.control);
  EXPECT_EQ(other.tcp.window, one.tcp.window);
  EXPECT_EQ(other.tcp.options, one.tcp.options);
  if (timestamps) {
    const std::uint32_t clock = tcp_header(of_connection).options.timestamps->value;
    EXPECT_LT(clock - tcp_header(of_cookie).options.timestamps->value, 64U);
  }
}

void expect_same_connection(const tcp::Tcb& one, const tcp::Tcb& other, bool timestamps) {
  EXPECT_LE(other.snd.mss, one.snd.mss) << "MUST-16";
  EXPECT_LE(other.snd.smss, one.snd.smss);
  EXPECT_EQ(other.snd.path_mtu, one.snd.path_mtu);
  EXPECT_EQ(other.rcv.mss, one.rcv.mss);
  EXPECT_EQ(other.rcv.irs, one.rcv.irs);
  EXPECT_EQ(other.rcv.nxt, one.rcv.nxt);
  EXPECT_EQ(other.rcv.wnd, one.rcv.wnd);
  EXPECT_EQ(other.receive_capacity, one.receive_capacity);
  EXPECT_EQ(other.send_capacity, one.send_capacity);
  EXPECT_EQ(other.ts.ok, one.ts.ok);
  EXPECT_EQ(other.ts.offset, one.ts.offset);
  EXPECT_EQ(other.ts.recent, one.ts.recent);
  EXPECT_EQ(other.options->dscp, one.options->dscp);
  EXPECT_EQ(other.options->user_timeout, one.options->user_timeout);
  if (!timestamps) return;
  EXPECT_EQ(other.sack_permitted, one.sack_permitted);
  EXPECT_EQ(other.window_scaling, one.window_scaling);
  EXPECT_EQ(other.rcv.wind_shift, one.rcv.wind_shift);
  EXPECT_EQ(other.snd.wind_shift, one.snd.wind_shift);
  EXPECT_EQ(other.snd.wnd, one.snd.wnd);
}

void compare(const Config& config, const wire::TcpHeader& syn,
             void (*change)(tcp::ConnectionOptions&)) {
  Answerer with_connection(config, 2, change);
  Answerer with_cookie(config, 1, change);
  const Packet one = with_connection.answer(syn);
  const Packet other = with_cookie.answer(syn);
  ASSERT_EQ(with_connection.cookies(), 0U);
  ASSERT_EQ(with_cookie.cookies(), 1U);
  const bool timestamps = tcp_header(one).options.timestamps.has_value();
  expect_same_answer(one, other, timestamps);
  const tcp::Tcb* const made = with_connection.completes(tcp_header(one));
  const tcp::Tcb* const rebuilt = with_cookie.completes(tcp_header(other));
  ASSERT_NE(made, nullptr);
  ASSERT_NE(rebuilt, nullptr);
  expect_same_connection(*made, *rebuilt, timestamps);
}

class SynAckOfOption : public testing::TestWithParam<OptionChange> {};

TEST_P(SynAckOfOption, IsTheSameByCookie) { compare({}, full_offer(), GetParam().change); }

TEST_P(SynAckOfOption, IsTheSameByCookieWithoutTimestamps) {
  wire::TcpHeader syn = full_offer();
  syn.options.timestamps.reset();
  compare({}, syn, GetParam().change);
}

INSTANTIATE_TEST_SUITE_P(Options, SynAckOfOption, testing::ValuesIn(option_changes()),
                         [](const auto& row) { return row.param.name; });

// MUST-16: what a cookie has no room for is rounded down, never up.
TEST(SynAck, IsTheSameForEveryOffer) {
  for (const std::optional<std::uint16_t> mss : {std::optional<std::uint16_t>{},
                                                 {1},
                                                 {48},
                                                 {49},
                                                 {100},
                                                 {215},
                                                 {216},
                                                 {536},
                                                 {1219},
                                                 {1220},
                                                 {1459},
                                                 {8960},
                                                 {65535}}) {
    for (const std::optional<std::uint8_t> scale :
         {std::optional<std::uint8_t>{}, {0}, {14}, {15}, {255}}) {
      wire::TcpHeader syn = full_offer();
      syn.options.maximum_segment_size = mss;
      syn.options.window_scale = scale;
      SCOPED_TRACE("MSS " + std::to_string(mss.value_or(0)) + ", scale " +
                   std::to_string(scale.value_or(0)));
      compare({}, syn, [](tcp::ConnectionOptions&) {});
      syn.options.sack_permitted = false;
      syn.control.ece = syn.control.cwr = true;
      compare({}, syn, [](tcp::ConnectionOptions&) {});
    }
  }
}

TEST(SynAck, IsTheSameForEveryConfiguration) {
  const std::vector<void (*)(Config&)> changes{
      [](Config& c) { c.ip.mtu = 68; },
      [](Config& c) { c.ip.mtu = 65535; },
      [](Config& c) { c.ip.ttl = 3; },
      [](Config& c) { c.tcp.mss = 500; },
      [](Config& c) { c.tcp.syn_window = 1234; },
      [](Config& c) { c.tcp.window_scaling = false; },
      [](Config& c) { c.tcp.timestamps = false; },
      [](Config& c) { c.tcp.sack = false; },
      [](Config& c) { c.tcp.ecn = EcnMode::offer; },
      [](Config& c) { c.tcp.option_layout = wire::OptionLayout::as_windows; },
      [](Config& c) { c.tcp.receive_buffer = {20'000, 20'000}; },
  };
  for (const auto change : changes) {
    Config config;
    change(config);
    compare(config, full_offer(), [](tcp::ConnectionOptions&) {});
  }
}

}  // namespace
}  // namespace tcpstack::test
