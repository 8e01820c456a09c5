// The answers of the services to a datagram.
#include "apps/tcpstack/services/datagrams.h"

#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/tcpstack/services/protocols.h"

namespace tcpstack::app {
namespace {

using testing::EndsWith;

const Endpoint kClient{Address{0x0a000001}, 40000};
const Datagram kThree{44, 55, 66};

std::string text_of(const std::optional<Datagram>& datagram) {
  return datagram ? std::string(datagram->begin(), datagram->end()) : "none";
}

TEST(Datagrams, EchoSendsItBack) {
  EXPECT_EQ(echo_datagram(kThree, kClient), kThree);
  EXPECT_EQ(text_of(echo_datagram({}, kClient)), "");
}

TEST(Datagrams, DiscardAndPrintAreSilent) {
  EXPECT_EQ(text_of(discard_datagram(kThree, kClient)), "none");
  EXPECT_EQ(text_of(print_datagram(kThree, kClient)), "none");
}

TEST(Datagrams, DaytimeSaysTheTime) {
  EXPECT_THAT(text_of(daytime_datagram({}, kClient)), EndsWith("-UTC\r\n"));
}

// RFC 864: "a random number (between 0 and 512) of characters".
TEST(Datagrams, ChargenSendsSomeCharacters) {
  std::size_t shortest = 513;
  std::size_t longest = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = text_of(chargen_datagram({}, kClient));
    EXPECT_EQ(text, character_pattern().substr(0, text.size()));
    shortest = std::min(shortest, text.size());
    longest = std::max(longest, text.size());
  }
  EXPECT_LE(longest, 512U);
  EXPECT_GT(longest, 450U);
  EXPECT_LT(shortest, 60U);
}

TEST(Datagrams, ServicesThatAnswerEverythingAreKnown) {
  EXPECT_TRUE(answers_everything({Address{0x0a000001}, 7}));
  EXPECT_TRUE(answers_everything({Address{0x0a000001}, 19}));
  EXPECT_FALSE(answers_everything(kClient));
  EXPECT_FALSE(answers_everything({Address{0x0a000001}, 9}));
}

TEST(Datagrams, ServicesOfTcpOnlyHaveNone) {
  EXPECT_EQ(find_datagram_service("echo"), echo_datagram);
  EXPECT_EQ(find_datagram_service("chat"), nullptr);
}

}  // namespace
}  // namespace tcpstack::app
