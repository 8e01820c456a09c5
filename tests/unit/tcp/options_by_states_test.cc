// Every option in every state: it takes effect, or it is kept for later. None leaves a timer behind that does not belong into
// the state, or forgets one that does.
#include <chrono>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "stack/tcp/tcb.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"
#include "tests/support/stack_host.h"
#include "tests/unit/tcp/option_changes.h"

namespace tcpstack::test {
namespace {

using namespace std::chrono_literals;
using tcp::AlarmKind;
using tcp::ConnectionOptions;
using tcp::State;
using tcp::Tcb;

constexpr std::uint16_t kPort = 7;

// An active open and its peer, in any state.
class Ends {
 public:
  Ends() {
    id_ = host_.stack.open({kThere, kPort}, {}, host_.now).value();
    host_.drain();
    const auto syn = sent();
    port_ = syn.source_port;
    isn_ = syn.sequence;
  }

  // `numbers`: those of the peer's that the segment acknowledges and begins at, without the ISNs.
  void arrives(wire::ControlBits control, std::uint32_t seq, std::uint32_t ack) {
    wire::TcpHeader header{.sequence = kIsn + seq, .window = 65535};
    header.control = control;
    if (control.ack) header.acknowledgment = isn_ + ack;
    host_.arrives(tcp_packet(header, kPort, port_, {}));
  }
  void closes() {
    EXPECT_TRUE(host_.stack.close(id_, host_.now));
    host_.drain();
  }
  void sends(std::size_t size) {
    EXPECT_TRUE(host_.stack.send(id_, counting(size), host_.now));
    host_.drain();
  }
  void sets(const ConnectionOptions& options) {
    EXPECT_TRUE(host_.stack.set_options(id_, options, host_.now));
    host_.drain();
  }
  void passes(Duration span) { host_.passes(span); }
  std::size_t sent_since() { return host_.take_sent().size(); }
  [[nodiscard]] ConnectionOptions options() const { return host_.stack.options(id_).value(); }
  [[nodiscard]] const Tcb& tcb() const { return *host_.stack.tcb(id_); }
  [[nodiscard]] tcp::Error error() const { return host_.stack.status(id_)->error; }

 private:
  static constexpr std::uint32_t kIsn = 5000;

  wire::TcpHeader sent() {
    const auto ip = wire::parse_ipv4(host_.sent.at(0)).value();
    return wire::parse_tcp(ip.payload, ip.header.source, ip.header.destination)->header;
  }

  StackHost host_;
  ConnectionId id_;
  std::uint16_t port_ = 0;
  std::uint32_t isn_ = 0;
};

constexpr wire::ControlBits kSyn{.syn = true};
constexpr wire::ControlBits kSynAck{.syn = true, .ack = true};
constexpr wire::ControlBits kAck{.ack = true};
constexpr wire::ControlBits kFin{.fin = true, .ack = true};
constexpr wire::ControlBits kRst{.rst = true, .ack = true};

struct Place {
  std::string name;
  State state;
  void (*lead)(Ends&);  // from SYN_SENT to there
};

void establish(Ends& ends) { ends.arrives(kSynAck, 0, 1); }

const std::vector<Place>& places() {
  static const std::vector<Place> all{
      {"SYN_SENT", State::SYN_SENT, [](Ends&) {}},
      {"SYN_RECEIVED", State::SYN_RECEIVED, [](Ends& e) { e.arrives(kSyn, 0, 0); }},
      {"ESTABLISHED", State::ESTABLISHED, establish},
      {"ESTABLISHED_text_out", State::ESTABLISHED, [](Ends& e) { establish(e), e.sends(100); }},
      {"FIN_WAIT_1", State::FIN_WAIT_1, [](Ends& e) { establish(e), e.closes(); }},
      {"FIN_WAIT_2", State::FIN_WAIT_2,
       [](Ends& e) { establish(e), e.closes(), e.arrives(kAck, 1, 2); }},
      {"CLOSE_WAIT", State::CLOSE_WAIT, [](Ends& e) { establish(e), e.arrives(kFin, 1, 1); }},
      {"CLOSE_WAIT_text_out", State::CLOSE_WAIT,
       [](Ends& e) { establish(e), e.arrives(kFin, 1, 1), e.sends(100); }},
      {"CLOSING", State::CLOSING, [](Ends& e) { establish(e), e.closes(), e.arrives(kFin, 1, 1); }},
      {"LAST_ACK", State::LAST_ACK,
       [](Ends& e) { establish(e), e.arrives(kFin, 1, 1), e.closes(); }},
      {"TIME_WAIT", State::TIME_WAIT,
       [](Ends& e) { establish(e), e.closes(), e.arrives(kFin, 1, 2); }},
      {"CLOSED", State::CLOSED, [](Ends& e) { establish(e), e.arrives(kRst, 1, 1); }},
  };
  return all;
}

// What must be true of the alarms, whatever the user has set before.
void expect_alarms_of_state(const Tcb& tcb) {
  const ConnectionOptions& options = *tcb.options;
  const bool exists = tcb.state != State::CLOSED;
  const bool probes = tcp::is_synchronized(tcb.state) && exists && tcb.state != State::TIME_WAIT;
  EXPECT_EQ(tcb.alarms.is_set(AlarmKind::keepalive), probes && options.keepalive);
  EXPECT_EQ(tcb.alarms.is_set(AlarmKind::user_timeout),
            exists && options.user_timeout > 0s && !tcb.flight.empty());
  EXPECT_EQ(tcb.alarms.is_set(AlarmKind::time_wait), tcb.state == State::TIME_WAIT);
  if (!exists || tcb.state == State::TIME_WAIT) {
    EXPECT_FALSE(tcb.alarms.is_set(AlarmKind::retransmission));
    EXPECT_FALSE(tcb.alarms.is_set(AlarmKind::persist));
  }
  if (exists && !tcb.flight.empty()) {
    EXPECT_TRUE(tcb.alarms.is_set(AlarmKind::retransmission));
  }
  check(tcb);
}

class OptionInState : public testing::TestWithParam<std::tuple<Place, OptionChange>> {};

TEST_P(OptionInState, TakesEffectOrIsKept) {
  const auto& [place, option] = GetParam();
  Ends ends;
  place.lead(ends);
  ASSERT_EQ(ends.tcb().state, place.state);
  const ConnectionOptions before = ends.options();
  ConnectionOptions changed = before;
  option.change(changed);
  ends.sets(changed);
  EXPECT_EQ(ends.tcb().state, place.state);
  EXPECT_EQ(ends.options().user_timeout, changed.user_timeout);
  EXPECT_EQ(ends.options().keepalive, changed.keepalive);
  EXPECT_EQ(ends.options().dscp, changed.dscp);
  expect_alarms_of_state(ends.tcb());
  ends.sets(before);
  EXPECT_EQ(ends.tcb().state, place.state);
  expect_alarms_of_state(ends.tcb());
}

INSTANTIATE_TEST_SUITE_P(All, OptionInState,
                         testing::Combine(testing::ValuesIn(places()),
                                          testing::ValuesIn(option_changes())),
                         [](const auto& row) {
                           return std::get<0>(row.param).name + "_" + std::get<1>(row.param).name;
                         });

ConnectionOptions with_user_timeout(const Ends& ends, Duration timeout) {
  ConnectionOptions options = ends.options();
  options.user_timeout = timeout;
  return options;
}

// RFC 9293 section 3.8.3 (MUST-21): the user's timeout is R2.
TEST(UserTimeout, SetWhileTextIsOutEndsTheConnection) {
  for (const Place& place : places()) {
    Ends ends;
    place.lead(ends);
    if (ends.tcb().flight.empty()) continue;
    ends.passes(100ms);
    ends.sets(with_user_timeout(ends, 3s));
    ends.passes(2999ms);
    EXPECT_NE(ends.tcb().state, State::CLOSED) << place.name;
    ends.passes(1ms);
    EXPECT_EQ(ends.tcb().state, State::CLOSED) << place.name;
    EXPECT_EQ(ends.error(), tcp::Error::aborted) << place.name;
  }
}

TEST(UserTimeout, CountsFromTheTextThatIsOut) {
  Ends ends;
  establish(ends);
  ends.sets(with_user_timeout(ends, 10s));
  ends.sends(100);
  ends.passes(4s);
  ends.sets(with_user_timeout(ends, 5s));
  ends.passes(999ms);
  EXPECT_EQ(ends.tcb().state, State::ESTABLISHED);
  ends.passes(1ms);
  EXPECT_EQ(ends.tcb().state, State::CLOSED);
}

TEST(UserTimeout, TakenBackLeavesR2) {
  Ends ends;
  establish(ends);
  ends.sets(with_user_timeout(ends, 3s));
  ends.sends(100);
  ends.sets(with_user_timeout(ends, 0s));
  ends.passes(1min);
  EXPECT_EQ(ends.tcb().state, State::ESTABLISHED);
  ends.passes(1h);
  EXPECT_EQ(ends.tcb().state, State::CLOSED) << "R2: SHLD-11";
}

TEST(Keepalive, SetInTimeWaitSendsNothingAndEndsNothing) {
  Ends ends;
  establish(ends);
  ends.closes();
  ends.arrives(kFin, 1, 2);
  ASSERT_EQ(ends.tcb().state, State::TIME_WAIT);
  ends.sent_since();
  ConnectionOptions options = ends.options();
  options.keepalive = true;
  options.keepalive_idle = 1s;
  options.keepalive_interval = 1s;
  options.keepalive_probes = 1;
  ends.sets(options);
  ends.passes(59s);
  EXPECT_EQ(ends.sent_since(), 0U);
  EXPECT_EQ(ends.tcb().state, State::TIME_WAIT);
  ends.passes(1s);
  EXPECT_EQ(ends.tcb().state, State::CLOSED);
}

TEST(Keepalive, OtherOptionsDoNotPutItOff) {
  Ends ends;
  establish(ends);
  ConnectionOptions options = ends.options();
  options.keepalive = true;
  options.keepalive_idle = 10s;
  ends.sets(options);
  ends.sent_since();
  for (int i = 0; i < 5; ++i) {
    ends.passes(2s);
    options.nagle = !options.nagle;
    ends.sets(options);
  }
  EXPECT_EQ(ends.sent_since(), 1U) << "one probe after ten seconds";
}

}  // namespace
}  // namespace tcpstack::test
