// The cookies of RFC 7413: ours (section 4.1.2), and the cache of others' (RFC 7413 section 4.1.3).
#include "stack/tcp/fast_open.h"

#include <array>
#include <cstdint>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tcpstack::tcp {
namespace {

constexpr Address kClient{0xc0000201};  // 192.0.2.1
constexpr Address kServer{0xc0a80001};  // 192.168.0.1

FastOpenCookies with_key(const std::array<std::uint8_t, 16>& key) {
  return FastOpenCookies(base::KeyedHash(key));
}

// The cookies that Linux gives for the same key and addresses, as its selftests of packetdrill scripts have them.
TEST(FastOpenCookies, are_those_of_Linux) {
  const std::array<std::uint8_t, 16> key{0xa1, 0xa1, 0xa1, 0xa1, 0xb2, 0xb2, 0xb2, 0xb2,
                                         0xc3, 0xc3, 0xc3, 0xc3, 0xd4, 0xd4, 0xd4, 0xd4};
  EXPECT_THAT(with_key(key).give(kClient, kServer),
              testing::ElementsAre(0x30, 0x21, 0xb9, 0xd8, 0x89, 0x01, 0x7e, 0xeb));
  EXPECT_THAT(with_key({}).give(kClient, kServer),
              testing::ElementsAre(0xb7, 0xc1, 0x23, 0x50, 0xa9, 0x0d, 0xc8, 0xf5));
}

TEST(FastOpenCookies, depend_on_both_addresses) {
  const FastOpenCookies cookies = with_key({1});
  const auto cookie = cookies.give(kClient, kServer);
  EXPECT_NE(cookie, cookies.give(kServer, kClient));
  EXPECT_NE(cookie, cookies.give(Address(kClient.v4() + 1), kServer));
}

TEST(FastOpenCookies, of_a_server_are_remembered_replaced_and_forgotten) {
  FastOpenCookies cookies = with_key({});
  EXPECT_EQ(cookies.find(kServer), nullptr);
  cookies.remember({kServer, {1, 2, 3, 4}, 1000});
  cookies.remember({kServer, {5, 6, 7, 8}, 1460});
  ASSERT_NE(cookies.find(kServer), nullptr);
  EXPECT_THAT(cookies.find(kServer)->cookie, testing::ElementsAre(5, 6, 7, 8));
  EXPECT_EQ(cookies.find(kServer)->mss, 1460);
  cookies.forget(kServer);
  EXPECT_EQ(cookies.find(kServer), nullptr);
}

TEST(FastOpenCookies, of_the_oldest_server_make_room) {
  FastOpenCookies cookies = with_key({});
  const auto server = [](std::uint32_t i) { return Address(0x0a000000 + i); };
  const auto most = static_cast<std::uint32_t>(FastOpenCookies::kMostServers);
  for (std::uint32_t i = 0; i <= most + 1; ++i) cookies.remember({server(i), {1, 2, 3, 4}, 1460});
  EXPECT_EQ(cookies.find(server(0)), nullptr);
  EXPECT_EQ(cookies.find(server(1)), nullptr);
  EXPECT_NE(cookies.find(server(2)), nullptr);
  EXPECT_NE(cookies.find(server(most + 1)), nullptr);
}

}  // namespace
}  // namespace tcpstack::tcp
