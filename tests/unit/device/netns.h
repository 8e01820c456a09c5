// Runs the body of a test in a network namespace of its own, where it may make devices at will.
#pragma once

#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

namespace tcpstack::test {

// Why a test with a TUN device cannot run here; nothing when it can.
inline std::optional<std::string> why_no_tun() {
  if (::geteuid() != 0) return "needs root, for a network namespace";
  if (::access("/dev/net/tun", R_OK | W_OK) != 0) return "needs /dev/net/tun";
  return std::nullopt;
}

// Keeps the kernel from sending packets of its own on new devices of this thread's namespace: with IPv6 it would
// look for routers and report its groups, at times of its own choice. Returns false if that is impossible.
inline bool switch_ipv6_off() {
  constexpr const char* kSwitch = "/proc/sys/net/ipv6/conf/default/disable_ipv6";
  const bool has_ipv6 = ::access(kSwitch, F_OK) == 0;
  return !has_ipv6 || (std::ofstream(kSwitch) << "1" << std::flush).good();
}

// Calls `body` in a thread whose network namespace is new and empty, without IPv6; the namespace goes with the thread.
// Returns why it could not, if so. Sockets and TUN devices that the body leaves open stay usable.
inline std::optional<std::string> in_new_namespace(const std::function<void()>& body) {
  if (auto why = why_no_tun()) return why;
  std::optional<std::string> obstacle;
  std::thread([&] {
    if (::unshare(CLONE_NEWNET) != 0) {
      obstacle = "needs a network namespace, which unshare() refused";
    } else if (!switch_ipv6_off()) {
      obstacle = "needs a namespace without IPv6, and /proc/sys/net cannot be written";
    } else {
      body();
    }
  }).join();
  return obstacle;
}

}  // namespace tcpstack::test

// The same in a test, which is skipped with the reason where that is not possible.
#define IN_NEW_NAMESPACE(...) \
  if (auto why = ::tcpstack::test::in_new_namespace(__VA_ARGS__)) GTEST_SKIP() << *why
