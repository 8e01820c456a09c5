// The memory of a connection that was opened and has carried no text.
#include <gtest/gtest.h>

#include "tests/alloc/allocations.h"
#include "tests/support/stack_host.h"

namespace tcpstack::test {
namespace {

// A handshake from `port`, and the accept.
void connect(StackHost& host, ListenerId listener, std::uint16_t port) {
  wire::TcpHeader syn{.sequence = 1000, .window = 65535};
  syn.control.syn = true;
  host.arrives(tcp_packet(syn, port, 80, {}));
  wire::TcpHeader ack{.sequence = 1001, .window = 65535};
  ack.acknowledgment = load_be32(&host.take_sent().back()[wire::kIpv4HeaderSize + 4]) + 1;
  ack.control.ack = true;
  host.arrives(tcp_packet(ack, port, 80, {}));
  host.events.clear();
  ASSERT_TRUE(host.stack.accept(listener, host.now));
}

// The TCB, its place in the slab and in the index; nothing by itself.
TEST(IdleConnection, HoldsItsTcbAndLittleMore) {
  constexpr std::size_t kConnections = 6'000;
  StackHost host;
  const ListenerId listener = host.stack.listen({{}, 80}, kConnections).value();
  connect(host, listener, 10'000);  // the part that all share
  const std::size_t before = held_bytes();
  for (std::uint16_t i = 1; i <= kConnections; ++i)
    connect(host, listener, static_cast<std::uint16_t>(10'000 + i));
  const std::size_t each = (held_bytes() - before) / kConnections;
  EXPECT_GE(each, sizeof(tcp::Tcb));
  EXPECT_LE(each, sizeof(tcp::Tcb) + 48);
}

}  // namespace
}  // namespace tcpstack::test
