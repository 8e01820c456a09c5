// The receivers of segments.
#include "stack/tcp/connections/layer.h"

#include <array>

#include <gtest/gtest.h>

#include "tests/support/packets.h"
#include "tests/support/pair.h"

namespace tcpstack::tcp {
namespace {

constexpr std::array<std::uint8_t, 4> kText{'t', 'e', 'x', 't'};

// Is the next packet of `stack` a reset? Also false if it has no packet.
bool resets(Stack& stack, Time now) {
  const auto packet = stack.poll_transmit(now);
  if (!packet) return false;
  const test::Packet bytes = test::flat(*packet);
  const auto ip = wire::parse_ipv4(bytes).value();
  const auto tcp = wire::parse_tcp(ip.payload, ip.header.source, ip.header.destination, true);
  return tcp->header.control.rst;
}

// The user still holds the handle, and no other connection has been found since.
TEST(Layer, AClosedConnectionGetsNoSegments) {
  test::Pair pair;
  ASSERT_TRUE(pair.server.abort(pair.server_id, pair.now));
  ASSERT_TRUE(resets(pair.server, pair.now));  // and it is lost
  ASSERT_TRUE(pair.client.send(pair.client_id, kText, pair.now));
  const test::Packet text = test::flat(pair.client.poll_transmit(pair.now).value());
  pair.server.packet_arrives({.bytes = text}, pair.now);
  EXPECT_TRUE(resets(pair.server, pair.now)) << "RFC 9293 section 3.10.7.1";
}

}  // namespace
}  // namespace tcpstack::tcp
