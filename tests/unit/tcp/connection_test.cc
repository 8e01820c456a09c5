// What the handshake sets, and what Fast Open answers.
#include "stack/tcp/connection.h"

#include <chrono>
#include <memory>

#include <gtest/gtest.h>

#include "stack/tcp/fast_open.h"
#include "tests/unit/tcp/lonely_context.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

class Handshake : public testing::Test, protected LonelyContext {};

// RFC 7323 section 5.5: the age of TS.Recent, after more than 24 days, too.
TEST_F(Handshake, TheTimestampOfASynIsNew) {
  cx.now = Time(std::chrono::days(30));
  tcb.offered.timestamps = true;
  Segment syn;
  syn.options.timestamps = {5, 0};
  agree_on_options(tcb, syn, cx);
  EXPECT_EQ(tcb.ts.recent, 5U);
  EXPECT_EQ(tcb.ts.recent_age, cx.now);
}

class FastOpenHandshake : public testing::Test, protected LonelyContext {
 protected:
  FastOpenHandshake() {
    cx.fast_open = &cookies_;
    config.tcp.fast_open = true;
    config.tcp.fast_open_server = true;
    tcb.options = base::Shared(ConnectionOptions{.fast_open_queue = 1});
    tcb.local = {Address(0xc0a80001), 80};
    tcb.remote = {Address(0xc0000201), 40000};
  }
  wire::FastOpenCookie cookie() {
    return cookies_.give(tcb.remote.address, tcb.local.address, cx.now);
  }
  // The client sends a cookie a day after it has got it.
  void old_cookie_arrives(bool may_serve) {
    Segment syn;
    cx.now = Time(1h);
    syn.options.fast_open = cookie();
    cx.now += 24h;
    answer_fast_open(tcb, syn, may_serve, cx);
  }

  FastOpenCookies cookies_{1, {}};
};

// RFC 7413 section 4.1.2: it is valid for now, and the client gets the next one.
TEST_F(FastOpenHandshake, AnExpiringCookieIsServedAndReplaced) {
  old_cookie_arrives(true);
  ASSERT_NE(tcb.fast_open, nullptr);
  EXPECT_TRUE(tcb.fast_open->served);
  EXPECT_EQ(tcb.fast_open->option, cookie());
}

// Section 5.1: beyond the limit of pending connections there is an ordinary handshake.
TEST_F(FastOpenHandshake, BeyondTheLimitItIsOnlyReplaced) {
  old_cookie_arrives(false);
  ASSERT_NE(tcb.fast_open, nullptr);
  EXPECT_FALSE(tcb.fast_open->served);
  EXPECT_EQ(tcb.fast_open->option, cookie());
}

TEST_F(FastOpenHandshake, OnlyACookieThatWasAskedForIsLearned) {  // section 4.1.3
  Segment answer;
  answer.options.fast_open = wire::FastOpenCookie{1, 2, 3, 4};
  learn_cookie(tcb, answer, cx);
  EXPECT_EQ(cookies_.find(tcb.remote.address), nullptr) << "nobody has asked";
  tcb.fast_open = std::make_unique<FastOpen>();
  answer.options.fast_open = wire::FastOpenCookie{};
  learn_cookie(tcb, answer, cx);
  EXPECT_EQ(cookies_.find(tcb.remote.address), nullptr) << "an empty one asks itself";
}

}  // namespace
}  // namespace tcpstack::tcp
