// A sender with many segments in flight, of which the first is lost, and a peer that reports with each ACK one segment more.
// What an ACK costs must not depend on the number in flight.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "stack/stack.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace tcpstack::bench {

class Holes {
 public:
  // Segments of 100 bytes. Of the parts between `blocks` holes the last one grows; no ACK reports the last `acks` segments
  // before ack() does.
  Holes(std::uint32_t in_flight, unsigned blocks, std::uint32_t acks) {
    Config config;
    config.ip.address = kClient;
    config.ip.mtu = wire::kIpv4HeaderSize + wire::kTcpHeaderSize + kText;
    config.tcp.timestamps = false;
    config.tcp.initial_window = in_flight;
    config.tcp.send_buffer = {in_flight * kText, in_flight * kText};
    client_.emplace(config, 1);
    handshake();
    fill(in_flight);
    lay_out(in_flight, blocks, acks);
  }

  // The next ACK.
  std::vector<std::uint8_t> next() {
    blocks_.front().right += kText;
    return ack();
  }

  Stack& stack() { return *client_; }
  [[nodiscard]] Time now() const { return now_; }
  void settle() {
    while (client_->poll_transmit(now_)) {
    }
    while (client_->poll_event()) {
    }
  }

 private:
  static constexpr Address kClient{0x0a000001};
  static constexpr Address kServer{0x0a000002};
  static constexpr std::uint32_t kText = 100;

  void arrives(const std::vector<std::uint8_t>& packet) {
    client_->packet_arrives({.bytes = packet}, now_);
  }

  void handshake() {
    id_ = client_->open({kServer, 7}, {}, now_).value();
    const auto syn = client_->poll_transmit(now_);
    const Bytes segment = syn->header_bytes().subspan(wire::kIpv4HeaderSize);
    port_ = load_be16(segment.data());
    una_ = load_be32(segment.data() + 4) + 1;
    wire::TcpHeader answer = header();
    answer.sequence = 0;
    answer.control.syn = true;
    answer.options.maximum_segment_size = kText;
    answer.options.window_scale = 14;
    answer.options.sack_permitted = true;
    arrives(packet(answer));
    settle();
    arrives(packet(header()));  // the window of a SYN is not scaled (RFC 7323 section 2.2)
  }

  void fill(std::uint32_t in_flight) {
    const std::vector<std::uint8_t> text(kText * 1000);
    for (std::uint64_t left = std::uint64_t{in_flight} * kText; left > 0;) {
      const auto size = std::min<std::uint64_t>(left, text.size());
      const auto taken = client_->send(id_, Bytes(text).first(size), now_).value_or(0);
      if (taken == 0) return;
      left -= taken;
      settle();
    }
    now_ += std::chrono::milliseconds(100);
  }

  // The newest part comes first (RFC 2018 section 4).
  void lay_out(std::uint32_t in_flight, unsigned blocks, std::uint32_t acks) {
    const std::uint32_t part = (in_flight - acks) / blocks;
    for (unsigned i = 0; i < blocks; ++i) {
      const std::uint32_t left = una_ + (i * part + 1) * kText;
      blocks_.insert(blocks_.begin(), {left, left + (part - 1) * kText});
    }
    arrives(ack());
    settle();
  }

  [[nodiscard]] wire::TcpHeader header() const {
    wire::TcpHeader header;
    header.source_port = 7;
    header.destination_port = port_;
    header.sequence = 1;
    header.acknowledgment = una_;
    header.control.ack = true;
    header.window = 0xffff;
    return header;
  }

  std::vector<std::uint8_t> ack() {
    wire::TcpHeader segment = header();
    segment.options.sack = blocks_;
    return packet(segment);
  }

  static std::vector<std::uint8_t> packet(const wire::TcpHeader& header) {
    std::array<std::uint8_t, wire::kMaxTcpHeaderSize> space{};
    const MutableBytes segment = MutableBytes(space).first(wire::write_tcp(header, space));
    wire::finish_tcp_checksum(segment, {}, kServer, kClient);
    const wire::Ipv4Header ip{.protocol = static_cast<std::uint8_t>(wire::Protocol::tcp),
                              .source = kServer,
                              .destination = kClient};
    std::vector<std::uint8_t> bytes(wire::kIpv4HeaderSize);
    wire::write_ipv4(ip, segment.size(), bytes);
    bytes.insert(bytes.end(), segment.begin(), segment.end());
    return bytes;
  }

  Time now_{};
  std::optional<Stack> client_;
  ConnectionId id_;
  std::uint16_t port_ = 0;
  std::uint32_t una_ = 0;  // where the first hole is
  wire::SackBlocks blocks_;
};

}  // namespace tcpstack::bench
