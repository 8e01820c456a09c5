// Two hosts with one connection, joined without a link: no time passes on the way. For tests and benchmarks of a
// segment's cost; it allocates nothing of its own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "stack/stack.h"

namespace tcpstack::test {

class Pair {
 public:
  // Of `connections` from the client to the server the last one is used; the others are idle.
  explicit Pair(std::size_t connections = 1) {
    const ListenerId listener = server.listen(kServer).value();
    for (std::size_t i = 0; i < connections; ++i) {
      client_id = client.open(kServer, Endpoint{}, now).value();
      exchange();
      server_id = server.accept(listener, now).value();
    }
  }

  // Carries packets in both directions until no host has any, and drops the events.
  void exchange() {
    while (carry(client, server) || carry(server, client)) {
    }
    while (client.poll_event()) {
    }
    while (server.poll_event()) {
    }
  }

  void pass_time(Duration time) {
    now += time;
    client.time_passes(now);
    server.time_passes(now);
  }

  std::size_t lose_every = 0;  // the n-th packet of each n is lost; 0: no loss
  std::size_t carried = 0;     // packets, lost ones included
  Time now{};
  Stack client{config_of(Address{0x0a000001}), 1};
  Stack server{config_of(kServer.address), 2};
  ConnectionId client_id;
  ConnectionId server_id;

 private:
  static constexpr Endpoint kServer{Address{0x0a000002}, 7};

  static Config config_of(Address address) {
    Config config;
    config.ip.address = address;
    return config;
  }

  // Carries one packet from one host to the other. Returns false if there was none.
  bool carry(Stack& from, Stack& to) {
    const auto packet = from.poll_transmit(now);
    if (!packet) return false;
    ++carried;
    if (lose_every != 0 && carried % lose_every == 0) return true;
    std::memcpy(packet_.data(), packet->headers.data(), packet->headers_size);
    std::size_t size = packet->headers_size;
    for (const Bytes& span : packet->text) {
      std::memcpy(packet_.data() + size, span.data(), span.size());
      size += span.size();
    }
    to.packet_arrives({.bytes = Bytes(packet_).first(size)}, now);
    return true;
  }

  std::array<std::uint8_t, 1500> packet_{};
};

}  // namespace tcpstack::test
