// The kernel's end of a TUN device in a test: a UDP socket, and datagrams to and from it.
#pragma once

#include <cstdint>
#include <netinet/in.h>
#include <span>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <poll.h>

#include "stack/device/tun.h"
#include "stack/device/tun_config.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/udp.h"

namespace tcpstack::device {

inline const Address kOurs(0x0a000002);
inline const Address kHost(0x0a000001);
inline constexpr std::uint16_t kPort = 24000;

inline TunSettings settings(unsigned mtu = 1500) {
  return {.host_address = kHost, .prefix = 24, .our_address = kOurs, .mtu = mtu};
}

// A UDP socket of the kernel on 10.0.0.1:24000.
inline Descriptor kernel_socket() {
  Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_port = htons(kPort);
  here.sin_addr.s_addr = htonl(kHost.v4());
  EXPECT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&here), sizeof here), 0);
  return socket;
}

inline void kernel_sends(const Descriptor& socket, const std::string& text) {
  sockaddr_in there{};
  there.sin_family = AF_INET;
  there.sin_port = htons(kPort + 1);
  there.sin_addr.s_addr = htonl(kOurs.v4());
  EXPECT_EQ(::sendto(socket.get(), text.data(), text.size(), 0, reinterpret_cast<sockaddr*>(&there),
                     sizeof there),
            static_cast<ssize_t>(text.size()));
}

inline bool is_readable(int fd) {
  pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&waiting, 1, 5000) == 1;
}

// The texts of a batch of UDP datagrams.
inline std::vector<std::string> texts(std::span<const RxPacket> packets) {
  std::vector<std::string> found;
  for (const RxPacket& packet : packets) {
    const auto ip = wire::parse_ipv4(packet.bytes);
    EXPECT_TRUE(ip);
    if (!ip) continue;
    const auto datagram = wire::parse_udp(ip->payload, ip->header.source, ip->header.destination);
    EXPECT_TRUE(datagram);
    if (datagram) found.emplace_back(datagram->data.begin(), datagram->data.end());
  }
  return found;
}

// Reads until `count` datagrams have come.
inline std::vector<std::string> receive(Tun& tun, std::size_t count) {
  std::vector<std::string> all;
  while (all.size() < count && is_readable(tun.fd())) {
    const auto packets = tun.receive();
    EXPECT_TRUE(packets) << packets.error().message;
    if (!packets) break;
    EXPECT_LE(packets->size(), Tun::kMaxBatch);
    for (std::string& text : texts(*packets)) all.push_back(std::move(text));
  }
  return all;
}

// A datagram from our side to the kernel's socket, its text in two spans of `string`.
inline TxPacket datagram(std::string_view string) {
  const Bytes text(reinterpret_cast<const std::uint8_t*>(string.data()), string.size());
  TxPacket packet;
  const MutableBytes headers(packet.headers);
  wire::write_ipv4({.protocol = static_cast<std::uint8_t>(wire::Protocol::udp),
                    .source = kOurs,
                    .destination = kHost},
                   wire::kUdpHeaderSize + text.size(), headers);
  wire::write_udp({.source_port = kPort + 1, .destination_port = kPort, .data = text}, kOurs, kHost,
                  headers.subspan(wire::kIpv4HeaderSize));
  packet.headers_size = wire::kIpv4HeaderSize + wire::kUdpHeaderSize;
  packet.text = {text.first(text.size() / 2), text.subspan(text.size() / 2)};
  return packet;
}

}  // namespace tcpstack::device
