// Explicit Congestion Notification without a connection: numbers and bits (RFC 3168 section 6.1).
#include "stack/tcp/agreed/ecn.h"

#include <gtest/gtest.h>

namespace tcpstack::tcp {
namespace {

constexpr Ecn kAgreed{.ok = true};

bool is_agreed(bool offered, wire::ControlBits syn, EcnMode mode = EcnMode::accept) {
  Ecn ecn;
  take_ecn_of_syn(ecn, offered, syn, mode);
  return ecn.ok;
}

TEST(Ecn, AnAnswerCountsIfWeHaveAsked) {  // section 6.1.1
  EXPECT_TRUE(is_agreed(true, {.ack = true, .ece = true}));
  EXPECT_FALSE(is_agreed(false, {.ack = true, .ece = true}));
  EXPECT_FALSE(is_agreed(true, {.ack = true, .ece = true, .cwr = true}));
  EXPECT_FALSE(is_agreed(true, {.ack = true}));
}

TEST(Ecn, AnOfferHasBothBits) {  // section 6.1.1
  EXPECT_TRUE(is_agreed(false, {.ece = true, .cwr = true}));
  EXPECT_FALSE(is_agreed(false, {.ece = true}));
  EXPECT_FALSE(is_agreed(false, {.cwr = true}));
  EXPECT_FALSE(is_agreed(false, {.ece = true, .cwr = true}, EcnMode::off));
}

// Sections 6.1.1, 6.1.4, 6.1.5 and 6.1.6: no SYN, no ACK without text, no retransmission, no window probe.
TEST(Ecn, OnlyNewTextIsCapable) {
  EXPECT_EQ(codepoint(kAgreed, Load::new_text), wire::Ecn::ect0);
  for (const Load other : {Load::syn, Load::nothing_new, Load::probe})
    EXPECT_EQ(codepoint(kAgreed, other), wire::Ecn::not_ect);
  EXPECT_EQ(codepoint(Ecn{}, Load::new_text), wire::Ecn::not_ect);
}

TEST(Ecn, WithoutAgreementAMarkIsNotEchoed) {  // section 6.1
  Ecn ecn;
  text_with_codepoint_arrives(ecn, {.ack = true}, wire::Ecn::ce);
  EXPECT_FALSE(ecn.echo);
  ecn = kAgreed;
  text_with_codepoint_arrives(ecn, {.ack = true}, wire::Ecn::ce);
  EXPECT_TRUE(ecn.echo);
}

TEST(Ecn, AReductionIsReportedOnceAndWithNewText) {  // section 6.1.2
  Ecn ecn = kAgreed;
  window_is_reduced(ecn);
  wire::ControlBits bare;
  set_ecn_bits(ecn, Load::nothing_new, bare);
  EXPECT_FALSE(bare.cwr);
  wire::ControlBits first;
  set_ecn_bits(ecn, Load::new_text, first);
  EXPECT_TRUE(first.cwr);
  wire::ControlBits second;
  set_ecn_bits(ecn, Load::new_text, second);
  EXPECT_FALSE(second.cwr);
}

}  // namespace
}  // namespace tcpstack::tcp
