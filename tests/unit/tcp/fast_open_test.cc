// The cookies of RFC 7413: ours (section 4.1.2), and the cache of others' (RFC 7413 section 4.1.3).
#include "stack/tcp/fast_open.h"

#include <chrono>
#include <cstdint>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/stack_host.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

constexpr Address kClient{0xc0000201};  // 192.0.2.1
constexpr Address kServer{0xc0a80001};  // 192.168.0.1

FastOpenCookies with_key(const FastOpenKeys::Key& key) { return {1, {.key = key, .old_key = {}}}; }

// The cookies that Linux gives for the same key and addresses, as its selftests of packetdrill scripts have them.
TEST(FastOpenCookies, are_those_of_Linux) {
  const FastOpenKeys::Key key{0xa1, 0xa1, 0xa1, 0xa1, 0xb2, 0xb2, 0xb2, 0xb2,
                              0xc3, 0xc3, 0xc3, 0xc3, 0xd4, 0xd4, 0xd4, 0xd4};
  EXPECT_THAT(with_key(key).give(kClient, kServer, Time{}),
              testing::ElementsAre(0x30, 0x21, 0xb9, 0xd8, 0x89, 0x01, 0x7e, 0xeb));
  EXPECT_THAT(with_key({}).give(kClient, kServer, Time{}),
              testing::ElementsAre(0xb7, 0xc1, 0x23, 0x50, 0xa9, 0x0d, 0xc8, 0xf5));
}

TEST(FastOpenCookies, depend_on_both_addresses) {
  FastOpenCookies cookies = with_key({1});
  const auto cookie = cookies.give(kClient, kServer, Time{});
  EXPECT_NE(cookie, cookies.give(kServer, kClient, Time{}));
  EXPECT_NE(cookie, cookies.give(Address(kClient.v4() + 1), kServer, Time{}));
}

using Verdict = FastOpenCookies::Verdict;

// RFC 7413 section 4.1.2: the keys of a stack change each day, and one key back is still valid.
TEST(FastOpenCookies, expire_with_their_key) {
  FastOpenCookies cookies(1, {});
  const auto judge = [&](const wire::FastOpenCookie& cookie, Duration at) {
    return cookies.judge(cookie, kClient, kServer, Time(at));
  };
  const auto cookie = cookies.give(kClient, kServer, Time(1h));
  EXPECT_EQ(judge(cookie, 1h), Verdict::valid);
  EXPECT_EQ(judge(cookie, 24h - 1us), Verdict::valid);
  EXPECT_EQ(judge(cookie, 24h), Verdict::expiring);
  EXPECT_EQ(judge(cookie, 48h - 1us), Verdict::expiring);
  EXPECT_EQ(judge(cookie, 48h), Verdict::invalid);
  const auto next = cookies.give(kClient, kServer, Time(24h));
  EXPECT_NE(next, cookie);
  EXPECT_EQ(judge(next, 24h), Verdict::valid);
  EXPECT_EQ(judge(next, 23h), Verdict::invalid) << "nobody has it yet";
  EXPECT_NE(FastOpenCookies(2, {}).give(kClient, kServer, Time(1h)), cookie);
}

// Section 4.1.2: servers that share given keys change them one after the other.
TEST(FastOpenCookies, of_two_given_keys_are_valid) {
  const auto old = with_key({1}).give(kClient, kServer, Time{});
  FastOpenCookies cookies(1, {.key = FastOpenKeys::Key{2}, .old_key = FastOpenKeys::Key{1}});
  EXPECT_EQ(cookies.judge(old, kClient, kServer, Time(1000h)), Verdict::expiring);
  const auto own = cookies.give(kClient, kServer, Time{});
  EXPECT_EQ(own, with_key({2}).give(kClient, kServer, Time{}));
  EXPECT_EQ(cookies.judge(own, kClient, kServer, Time(1000h)), Verdict::valid);
  EXPECT_EQ(with_key({2}).judge(old, kClient, kServer, Time{}), Verdict::invalid);
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

class OfferedText : public testing::Test {
 protected:
  static Config config() {
    Config config;
    config.tcp.fast_open = true;
    return config;
  }
  OfferedText() { host_.stack.remember_fast_open_cookie({kServer, {1, 2, 3, 4}, 1460}); }
  ConnectionId open() { return host_.stack.open({kServer, 80}, {}, host_.now).value(); }
  std::expected<std::size_t, Error> offer(ConnectionId connection) {
    return host_.stack.offer_text(connection, test::counting(3000), host_.now);
  }

  test::StackHost host_{config()};
};

TEST_F(OfferedText, is_taken_as_far_as_the_syn_has_room) { EXPECT_EQ(offer(open()), 1420U); }

TEST_F(OfferedText, keeps_the_users_segment_size) {
  const ConnectionId connection = open();
  ConnectionOptions options = host_.stack.options(connection).value();
  options.max_segment = 540;
  ASSERT_TRUE(host_.stack.set_options(connection, options, host_.now));
  EXPECT_EQ(offer(connection), 500U);
}

TEST_F(OfferedText, comes_before_the_syn_and_before_other_text) {
  const ConnectionId sent = open();
  host_.drain();
  EXPECT_EQ(offer(sent), std::unexpected(Error::illegal));
  const ConnectionId twice = open();
  EXPECT_TRUE(offer(twice));
  EXPECT_EQ(offer(twice), std::unexpected(Error::illegal));
  const ConnectionId late = open();
  ASSERT_TRUE(host_.stack.send(late, test::counting(10), host_.now));
  EXPECT_EQ(offer(late), std::unexpected(Error::illegal));
  EXPECT_EQ(offer(ConnectionId{}), std::unexpected(Error::does_not_exist));
}

}  // namespace
}  // namespace tcpstack::tcp
