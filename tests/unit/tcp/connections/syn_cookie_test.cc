// A listener with full queues: SYN cookies (RFC 4987 section 3.6), and ignored ACKs.
#include "stack/tcp/connections/syn_cookie.h"

#include <cstdint>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"
#include "tests/support/stack_host.h"

namespace tcpstack::tcp {
namespace {

using test::Packet;

constexpr std::uint16_t kPort = 80;
constexpr std::uint32_t kIsn = 5000;

class Backlog : public testing::Test {
 protected:
  // A peer's port is its name.
  void syn(std::uint16_t port, const wire::TcpOptions& options = full_offer()) {
    wire::TcpHeader header{.sequence = kIsn, .window = 65535, .options = options};
    header.control.syn = true;
    host_.arrives(test::tcp_packet(header, port, kPort, {}));
  }
  // The third packet of the handshake, in answer to `syn_ack`.
  void ack(std::uint16_t port, const wire::TcpHeader& syn_ack, const std::string& text = {},
           std::uint32_t isn = kIsn) {
    wire::TcpHeader header{
        .sequence = isn + 1, .acknowledgment = syn_ack.sequence + 1, .window = 1000};
    header.control.ack = true;
    if (syn_ack.options.timestamps)
      header.options.timestamps = {71, syn_ack.options.timestamps->value};
    host_.arrives(test::tcp_packet(
        header, port, kPort, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
  }
  // The only packet sent since the last look.
  wire::TcpHeader answer() {
    const auto sent = host_.take_sent();
    if (sent.size() != 1) {
      ADD_FAILURE() << sent.size() << " packets instead of one";
      return {};
    }
    const auto ip = wire::parse_ipv4(sent[0]);
    return wire::parse_tcp(ip->payload, ip->header.source, ip->header.destination)->header;
  }
  static wire::TcpOptions full_offer() {
    wire::TcpOptions options;
    options.maximum_segment_size = 1400;
    options.window_scale = 9;
    options.sack_permitted = true;
    options.timestamps = {70, 0};
    return options;
  }
  void fill_syn_queue() {
    syn(1);
    EXPECT_TRUE(answer().control.syn);
    EXPECT_EQ(host_.stack.connection_count(), 1U);
  }

  // Cookies are in use again: the SYN queue has emptied itself in the meantime.
  void fill_syn_queue_again() {
    syn(4);
    syn(5);
    host_.take_sent();
  }
  // The MSS of a connection by cookie with a peer that offers this one.
  std::uint16_t mss_by_cookie(std::optional<std::uint16_t> offered) {
    fill_syn_queue();
    wire::TcpOptions options;
    options.maximum_segment_size = offered;
    syn(2, options);
    ack(2, answer());
    const auto connection = host_.stack.accept(listener_, host_.now);
    return connection ? host_.stack.tcb(*connection)->snd.mss : std::uint16_t{0};
  }

  test::StackHost host_;
  ListenerId listener_ = host_.stack.listen({{}, kPort}, 1).value();
};

TEST_F(Backlog, AFullSynQueueIsAnsweredWithoutMemory) {
  fill_syn_queue();
  syn(2);
  const wire::TcpHeader cookie = answer();
  EXPECT_TRUE(cookie.control.syn && cookie.control.ack);
  EXPECT_EQ(cookie.acknowledgment, kIsn + 1);
  EXPECT_EQ(host_.stack.connection_count(), 1U);
  EXPECT_EQ(host_.stack.counters().cookies_sent, 1U);
}

TEST_F(Backlog, TextOfASynThatGetsACookieIsDroppedByName) {
  fill_syn_queue();
  const wire::TcpHeader header{.sequence = kIsn, .control = {.syn = true}, .window = 65535};
  host_.arrives(test::tcp_packet(header, 2, kPort, test::counting(10)));
  EXPECT_EQ(answer().acknowledgment, kIsn + 1);
  EXPECT_EQ(host_.drops(Drop::syn_text), 1U);
}

TEST_F(Backlog, ACookieOffersWhatATcbWould) {
  syn(1);
  const wire::TcpHeader with_tcb = answer();
  syn(2);
  wire::TcpHeader cookie = answer();
  EXPECT_EQ(cookie.window, with_tcb.window);
  ASSERT_TRUE(cookie.options.timestamps);
  EXPECT_EQ(cookie.options.timestamps->echo_reply, 70U);
  cookie.options.timestamps = with_tcb.options.timestamps;
  EXPECT_EQ(cookie.options, with_tcb.options);
}

TEST_F(Backlog, TheAckOfACookieMakesTheConnection) {
  fill_syn_queue();
  syn(2);
  ack(2, answer(), "text");
  const auto connection = host_.stack.accept(listener_, host_.now);
  ASSERT_TRUE(connection);
  const Tcb& tcb = *host_.stack.tcb(*connection);
  EXPECT_EQ(tcb.state, State::ESTABLISHED);
  EXPECT_EQ(tcb.remote.port, 2);
  EXPECT_EQ(tcb.snd.mss, 1220);  // the largest of the table that is not above 1400
  EXPECT_EQ(tcb.snd.wind_shift, 9);
  EXPECT_EQ(tcb.snd.wnd, 1000U << 9);
  EXPECT_TRUE(tcb.sack_permitted);
  EXPECT_TRUE(tcb.ts.ok);
  EXPECT_EQ(tcb.ts.recent, 71U);
  std::array<std::uint8_t, 16> text{};
  EXPECT_EQ(host_.stack.receive(*connection, text, host_.now), 4U);
}

TEST_F(Backlog, TimestampsNeverRunBackAfterACookie) {
  fill_syn_queue();
  for (int i = 0; i < 70; ++i) {
    const auto port = static_cast<std::uint16_t>(1000 + i);
    syn(port);
    const wire::TcpHeader cookie = answer();
    ack(port, cookie, "x");
    const wire::TcpHeader later = answer();
    EXPECT_GE(static_cast<std::int32_t>(later.options.timestamps->value -
                                        cookie.options.timestamps->value),
              0);
    const auto connection = host_.stack.accept(listener_, host_.now);
    ASSERT_TRUE(connection);
    host_.stack.release(*connection, host_.now);
    host_.drain();
    host_.take_sent();
    host_.now += std::chrono::milliseconds(1);
  }
}

TEST_F(Backlog, WithoutTimestampsACookieHasNoPlaceForScalingAndSack) {
  fill_syn_queue();
  wire::TcpOptions offer = full_offer();
  offer.timestamps.reset();
  syn(2, offer);
  const wire::TcpHeader cookie = answer();
  EXPECT_FALSE(cookie.options.window_scale || cookie.options.sack_permitted ||
               cookie.options.timestamps);
  ack(2, cookie);
  const auto connection = host_.stack.accept(listener_, host_.now);
  ASSERT_TRUE(connection);
  EXPECT_EQ(host_.stack.tcb(*connection)->snd.wnd, 1000U);
}

TEST_F(Backlog, AForgedCookieGetsAReset) {
  fill_syn_queue();
  syn(2);
  wire::TcpHeader cookie = answer();
  cookie.sequence ^= 1;
  ack(2, cookie);
  EXPECT_TRUE(answer().control.rst);
}

TEST_F(Backlog, ACookieIsForOnePeer) {
  fill_syn_queue();
  syn(2);
  ack(3, answer());
  EXPECT_TRUE(answer().control.rst);
}

TEST_F(Backlog, ACookieIsForOneSequenceNumber) {
  fill_syn_queue();
  syn(2);
  ack(2, answer(), {}, kIsn + 100);
  EXPECT_TRUE(answer().control.rst);
}

// The peer sees where its MSS and the period stand, and may change them.
TEST_F(Backlog, ACookiesMssAndAgeAreProved) {
  fill_syn_queue();
  syn(2);
  const wire::TcpHeader cookie = answer();
  wire::TcpHeader of_larger_mss = cookie;
  of_larger_mss.sequence += 1U << 24;
  ack(2, of_larger_mss);
  EXPECT_TRUE(answer().control.rst);
  wire::TcpHeader of_now = cookie;
  of_now.sequence += 4U << 27;
  host_.passes(std::chrono::seconds(4 * 64));
  host_.take_sent();
  fill_syn_queue_again();
  ack(2, of_now);
  EXPECT_TRUE(answer().control.rst);
}

TEST_F(Backlog, ACookieKeepsAnMssOfItsTable) { EXPECT_EQ(mss_by_cookie(1460), 1460U); }

TEST_F(Backlog, ACookieForASynWithoutMssIsOfTheDefault) {  // MUST-15
  EXPECT_EQ(mss_by_cookie(std::nullopt), 536U);
}

// From the period of 64 s in which it is sent to the end of the second after it.
TEST_F(Backlog, ACookieAges) {
  const auto rest_of_third_period = Time(std::chrono::seconds(3 * 64)) - host_.now;
  fill_syn_queue();
  syn(2);
  const wire::TcpHeader cookie = answer();
  syn(3);
  const wire::TcpHeader late = answer();
  host_.passes(rest_of_third_period - std::chrono::milliseconds(10));
  host_.take_sent();
  fill_syn_queue_again();
  ack(2, cookie);
  EXPECT_TRUE(host_.stack.accept(listener_, host_.now));
  host_.passes(std::chrono::milliseconds(10));
  host_.take_sent();
  ack(3, late);
  EXPECT_TRUE(answer().control.rst);
}

TEST_F(Backlog, CookiesMayBeSwitchedOff) {
  Config config;
  config.tcp.syn_cookies = false;
  test::StackHost host(config);
  (void)host.stack.listen({{}, kPort}, 1);
  wire::TcpHeader header{.sequence = kIsn, .window = 65535};
  header.control.syn = true;
  host.arrives(test::tcp_packet(header, 1, kPort, {}));
  host.arrives(test::tcp_packet(header, 2, kPort, {}));
  EXPECT_EQ(host.take_sent().size(), 1U);
  EXPECT_EQ(host.drops(Drop::listen_backlog_full), 1U);
}

// Linux: backlog + 1 connections may wait to be accepted; then a SYN is dropped, and an ACK not heard.
TEST_F(Backlog, AFullAcceptQueueHearsNothing) {
  for (const std::uint16_t port : {std::uint16_t{1}, std::uint16_t{2}}) {
    syn(port);
    ack(port, answer());
  }
  EXPECT_EQ(host_.drops(Drop::listen_accept_queue_full), 0U);
  syn(3);
  EXPECT_TRUE(host_.take_sent().empty());
  EXPECT_EQ(host_.drops(Drop::listen_accept_queue_full), 1U);
}

TEST_F(Backlog, AHandshakeWaitsForRoomInTheAcceptQueue) {
  syn(1);
  ack(1, answer());
  syn(2);
  const wire::TcpHeader second = answer();
  syn(3);  // a cookie, the SYN queue is full
  ack(3, answer());
  ack(2, second);
  EXPECT_EQ(host_.drops(Drop::listen_accept_queue_full), 1U);
  ASSERT_TRUE(host_.stack.accept(listener_, host_.now));
  ack(2, second);
  EXPECT_TRUE(host_.stack.accept(listener_, host_.now));
  EXPECT_TRUE(host_.stack.accept(listener_, host_.now));
}

}  // namespace
}  // namespace tcpstack::tcp
