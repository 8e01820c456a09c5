// RFC 1122 section 3.2.1.3: which addresses name one host; and that every protocol asks, in both directions.
#include "stack/ip/single_host.h"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/stack_host.h"

namespace tcpstack::ip {
namespace {

using test::counting;
using test::StackHost;

IpConfig with_prefix(std::uint8_t prefix) {
  IpConfig config;
  config.prefix = prefix;
  return config;
}

// No host: 0/8, 127/8, 224/4, 240/4, and network and broadcast address of 10.0.0.2/24.
const std::vector<std::uint32_t> kNobody{0x00000000, 0x00000001, 0x00ffffff, 0x7f000000, 0x7f000001,
                                         0x7fffffff, 0xe0000001, 0xefffffff, 0xf0000000, 0xf0000001,
                                         0xfffffffe, 0xffffffff, 0x0a000000, 0x0a0000ff};
const std::vector<std::uint32_t> kHosts{0x01000000, 0x7effffff, 0x80000000, 0xdfffffff,
                                        0x0a000001, 0x0a0000fe, 0x0a000100, 0x0a0001ff};

TEST(SingleHost, FollowsTheClasses) {
  for (const std::uint32_t address : kNobody)
    EXPECT_FALSE(is_single_host(Address(address), IpConfig{})) << Address(address).to_string();
  for (const std::uint32_t address : kHosts)
    EXPECT_TRUE(is_single_host(Address(address), IpConfig{})) << Address(address).to_string();
}

TEST(SingleHost, KnowsThePrefix) {
  EXPECT_TRUE(is_single_host(Address(0x0a0000ff), with_prefix(16)));
  EXPECT_FALSE(is_single_host(Address(0x0a00ffff), with_prefix(16)));
  EXPECT_FALSE(is_single_host(Address(0x0a000000), with_prefix(30)));
  EXPECT_FALSE(is_single_host(Address(0x0a000003), with_prefix(30)));
  EXPECT_TRUE(is_single_host(Address(0x0a000003), with_prefix(31))) << "RFC 3021";
  EXPECT_TRUE(is_single_host(Address(0x0a000002), with_prefix(32)));
  EXPECT_TRUE(is_single_host(Address(0x0a000003), with_prefix(32)));
}

TEST(SingleHost, IsAskedForEverySource) {
  for (const std::uint8_t protocol : {std::uint8_t{1}, std::uint8_t{6}, std::uint8_t{17}}) {
    StackHost host;
    for (const std::uint32_t address : kNobody) {
      host.arrives(test::ip_packet(
          {.protocol = protocol, .source = Address(address), .destination = test::kHere},
          counting(40)));
    }
    EXPECT_EQ(host.drops(Drop::ip_source_invalid), kNobody.size());
    EXPECT_TRUE(host.sent.empty());
  }
}

TEST(SingleHost, IsAskedForEveryDestination) {
  StackHost host;
  const DatagramSocketId socket = host.stack.open_udp({}, host.now).value();
  for (const std::uint32_t address : kNobody) {
    const Endpoint remote{Address(address), 7};
    EXPECT_EQ(host.stack.open(remote, {}, host.now).error(), tcp::Error::illegal);
    EXPECT_EQ(host.stack.send_to(socket, remote, counting(3), host.now).error(),
              udp::Error::illegal);
  }
  for (const std::uint32_t address : kHosts) {
    const Endpoint remote{Address(address), 7};
    EXPECT_TRUE(host.stack.open(remote, {}, host.now));
    EXPECT_TRUE(host.stack.send_to(socket, remote, counting(3), host.now));
  }
}

}  // namespace
}  // namespace tcpstack::ip
