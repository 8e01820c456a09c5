// Text that nobody wants to see: Stack::skip(), beside receive().
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/stack_host.h"

namespace tcpstack::tcp {
namespace {

class SkipTest : public testing::Test {
 protected:
  // Bytes 0, 1, 2, ... of the stream, from `offset` on.
  void text_arrives(std::uint32_t offset, std::size_t size, bool fin = false) {
    wire::TcpHeader header{.sequence = 1001 + offset, .window = 65535};
    header.acknowledgment = peer.their_isn() + 1;
    header.control.ack = true;
    header.control.fin = fin;
    std::vector<std::uint8_t> text(size);
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<std::uint8_t>(offset + i);
    host.arrives(test::tcp_packet(header, 40000, 80, text));
  }

  test::StackHost host;
  test::TcpPeer peer{host};
  ConnectionId id = peer.connects();
};

TEST_F(SkipTest, WhatFollowsIsReadNext) {
  text_arrives(0, 100);
  EXPECT_EQ(host.stack.skip(id, 30, host.now), 30U);
  std::vector<std::uint8_t> text(100);
  EXPECT_EQ(host.stack.receive(id, text, host.now), 70U);
  EXPECT_EQ(text[0], 30);
  EXPECT_EQ(text[69], 99);
}

TEST_F(SkipTest, TakesNoMoreThanThereIs) {
  EXPECT_EQ(host.stack.skip(id, 1000, host.now).error(), Error::would_block);
  text_arrives(0, 100);
  EXPECT_EQ(host.stack.skip(id, 0, host.now), 0U);
  EXPECT_EQ(host.stack.skip(id, 1000, host.now), 100U);
  EXPECT_EQ(host.stack.skip(id, 1000, host.now).error(), Error::would_block);
}

TEST_F(SkipTest, IsZeroAtTheEndOfTheStream) {
  text_arrives(0, 100, true);
  EXPECT_EQ(host.stack.skip(id, 1000, host.now), 100U);
  EXPECT_EQ(host.stack.skip(id, 1000, host.now), 0U);
}

// Its room is offered to the peer as if it had been read (RFC 9293 3.8.6.2.2).
TEST_F(SkipTest, OpensTheWindow) {
  const std::uint32_t window = host.stack.tcb(id)->rcv.wnd;
  std::uint32_t sent = 0;
  for (; host.stack.tcb(id)->rcv.wnd >= 1000; sent += 1000) text_arrives(sent, 1000);
  host.take_sent();
  EXPECT_EQ(host.stack.skip(id, 1U << 20, host.now), sent);
  host.drain();
  EXPECT_EQ(host.take_sent().size(), 1U) << "the update";
  EXPECT_GE(host.stack.tcb(id)->rcv.wnd, window);
}

}  // namespace
}  // namespace tcpstack::tcp
