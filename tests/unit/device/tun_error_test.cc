// The messages when no device is available, in a network namespace of its own. Skipped without root or
// /dev/net/tun.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <sys/mount.h>
#include <sys/wait.h>

#include <grp.h>
#include <gtest/gtest.h>

#include "stack/device/tun.h"
#include "tests/unit/device/netns.h"

namespace tcpstack::device {
namespace {

using Kind = TunError::Kind;

void expect_error(const std::string& name, Kind kind, const std::string& says) {
  const auto tun = Tun::open(name);
  ASSERT_FALSE(tun) << name;
  EXPECT_EQ(tun.error().kind, kind) << tun.error().message;
  EXPECT_NE(tun.error().message.find(says), std::string::npos) << tun.error().message;
  EXPECT_EQ(tun.error().message.find('\n'), std::string::npos);
}

TEST(TunError, refuses_a_name_that_no_device_can_have) {
  for (const char* name :
       {"", "sixteen_letters_", "a/b", "a b", "tun%d", "a:1", ".", "..", "tun\n"}) {
    expect_error(name, Kind::bad_name, "1 to 15");
  }
}

TEST(TunError, says_that_the_device_is_busy) {
  IN_NEW_NAMESPACE([] {
    const auto first = Tun::open("tun0");
    ASSERT_TRUE(first) << first.error().message;
    expect_error("tun0", Kind::busy, "another program has it open");
  });
}

TEST(TunError, says_that_the_interface_is_something_else) {
  IN_NEW_NAMESPACE([] {
    expect_error("lo", Kind::not_a_tun, "not a TUN device");
    // Not one either, though it has queues.
    if (std::system("ip link add tun0 type veth peer name tun1") != 0) return;
    expect_error("tun0", Kind::not_a_tun, "not a TUN device");
    EXPECT_EQ(Tun::open_queues("tun0", 2).error().kind, Kind::not_a_tun);
  });
}

TEST(TunError, lets_nobody_else_have_a_queue) {
  IN_NEW_NAMESPACE([] {
    const auto first = Tun::open_queues("tun0", 2);
    ASSERT_TRUE(first) << first.error().message;
    for (const std::size_t count : {1u, 2u}) {
      const auto more = Tun::open_queues("tun0", count);
      ASSERT_FALSE(more) << count;
      EXPECT_EQ(more.error().kind, Kind::busy) << more.error().message;
    }
  });
}

TEST(TunError, says_that_the_device_was_made_for_one_queue) {
  IN_NEW_NAMESPACE([] {
    if (std::system("ip tuntap add dev tun0 mode tun") != 0) return;
    const auto several = Tun::open_queues("tun0", 2);
    ASSERT_FALSE(several);
    EXPECT_EQ(several.error().kind, Kind::one_queue);
    EXPECT_NE(several.error().message.find("ip tuntap add dev tun0 mode tun multi_queue`"),
              std::string::npos)
        << several.error().message;
    EXPECT_TRUE(Tun::open("tun0")) << "one is to be had";
  });
}

TEST(TunError, is_none_where_the_device_was_made_for_more_queues) {
  IN_NEW_NAMESPACE([] {
    if (std::system("ip tuntap add dev tun0 mode tun multi_queue") != 0) return;
    for (const std::size_t count : {1u, 2u, 8u}) {
      const auto queues = Tun::open_queues("tun0", count);
      ASSERT_TRUE(queues) << queues.error().message;
      EXPECT_EQ(queues->size(), count);
    }
  });
}

// Opens tun0 in a process that `prepare` has changed, and returns the message; empty: cannot be prepared.
std::string message_of_child(bool (*prepare)()) {
  int ends[2];
  if (::pipe(ends) != 0) return {};
  const pid_t child = ::fork();
  if (child == 0) {
    std::string message;
    if (prepare()) {
      const auto tun = Tun::open("tun0");
      message = tun ? "opened" : tun.error().message;
    }
    ::_exit(::write(ends[1], message.data(), message.size()) < 0);
  }
  ::close(ends[1]);
  std::array<char, 1000> buffer;
  const ssize_t size = ::read(ends[0], buffer.data(), buffer.size());
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

TEST(TunError, says_how_to_get_the_permission) {
  if (auto why = test::why_no_tun()) GTEST_SKIP() << *why;
  const std::string message = message_of_child([] {
    const uid_t nobody = 65534;
    return ::setgroups(0, nullptr) == 0 && ::setgid(nobody) == 0 && ::setuid(nobody) == 0;
  });
  if (message.empty()) GTEST_SKIP() << "needs to become another user";
  EXPECT_TRUE(message.starts_with("no permission to")) << message;
  EXPECT_NE(message.find("sudo"), std::string::npos) << message;
}

TEST(TunError, says_how_to_get_the_driver) {
  if (auto why = test::why_no_tun()) GTEST_SKIP() << *why;
  const std::string message = message_of_child([] {
    return ::unshare(CLONE_NEWNS) == 0 &&
           ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount("none", "/dev/net", "tmpfs", 0, nullptr) == 0;
  });
  if (message.empty()) GTEST_SKIP() << "needs a mount namespace";
  EXPECT_TRUE(message.starts_with("there is no /dev/net/tun: ")) << message;
  EXPECT_NE(message.find("modprobe tun"), std::string::npos) << message;
}

}  // namespace
}  // namespace tcpstack::device
