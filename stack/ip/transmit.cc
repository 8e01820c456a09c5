#include "stack/ip/transmit.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "stack/ip/path_mtu.h"

namespace tcpstack::ip {

namespace {

constexpr auto kTcp = static_cast<std::uint8_t>(wire::Protocol::tcp);

bool may_be_fragmented(Fragments fragments, Address destination, const Context& cx) {
  switch (fragments) {
    case Fragments::where_needed: return cx.path_mtus.needs_fragments(destination);
    case Fragments::allowed: return true;
    case Fragments::refused: return false;
  }
  return false;
}

}  // namespace

Identifications::Identifications(const base::Seed& seed) : hash_(seed.hash("identifications")) {}

std::uint16_t Identifications::next(Address destination, std::uint8_t protocol) {
  std::array<std::uint8_t, 17> key{};
  *std::ranges::copy(destination.bytes(), key.begin()).out = protocol;
  const std::uint64_t hash = hash_(key);
  return static_cast<std::uint16_t>(hash + given_[(hash >> 32) % kGroups]++);
}

void build_tcp(TxPacket& packet, const wire::TcpHeader& header, Address source, Address destination,
               TrafficClass traffic, Fragments fragments, Context& cx) {
  const MutableBytes tcp_header = MutableBytes(packet.headers).subspan(wire::kIpv4HeaderSize);
  const std::size_t tcp_header_size = wire::write_tcp(header, tcp_header);
  packet.offload.checksum = cx.config.ip.offload;
  wire::finish_tcp_checksum(tcp_header.first(tcp_header_size), packet.text, source, destination,
                            packet.offload.checksum);
  packet.headers_size = wire::kIpv4HeaderSize + tcp_header_size;

  // MUST-49: the TTL. MAY-4: no identification, nor in a retransmission.
  const bool may_be_cut = may_be_fragmented(fragments, destination, cx);
  const wire::Ipv4Header ip{
      .dscp = traffic.dscp,
      .ecn = traffic.ecn,
      .identification = may_be_cut ? cx.identifications.next(destination, kTcp) : std::uint16_t{0},
      .dont_fragment = !may_be_cut,
      .ttl = cx.config.ip.ttl,
      .protocol = kTcp,
      .source = source,
      .destination = destination};
  wire::write_ipv4(ip, tcp_header_size + total_size(packet.text), packet.headers);
}

bool Outbox::has_room(std::size_t size) const {
  return waiting_.empty() || (waiting_.size() < kMaxDatagrams && bytes_ + size <= kMaxBytes);
}

void Outbox::push(Datagram datagram) {
  assert(!datagram.payload.empty() && datagram.payload.size() <= kMaxDatagram);
  assert(has_room(datagram.payload.size()));
  left_.clear();
  bytes_ += datagram.payload.size();
  waiting_.push_back(std::move(datagram));
}

void Outbox::begin_next(Context& cx) {
  left_.push_back(std::move(sending_.payload));
  sending_ = std::move(waiting_.front());
  waiting_.pop_front();
  bytes_ -= sending_.payload.size();
  sent_ = 0;
  mtu_ = cx.path_mtus.mtu(sending_.destination, cx.config);
  identification_ =
      cx.identifications.next(sending_.destination, static_cast<std::uint8_t>(sending_.protocol));
}

// RFC 791, "An Example Fragmentation Procedure": every fragment but the last is as long as the MTU allows in
// units of 8 bytes.
std::optional<TxPacket> Outbox::next_transmit(Context& cx) {
  if (sent_ == sending_.payload.size()) {
    if (waiting_.empty()) return std::nullopt;
    begin_next(cx);
  }
  const std::size_t room = mtu_ - wire::kIpv4HeaderSize;
  const Bytes rest = Bytes(sending_.payload).subspan(sent_);
  const bool more = rest.size() > room;
  const Bytes piece = more ? rest.first(room / 8 * 8) : rest;
  const wire::Ipv4Header ip{.dscp = sending_.traffic.dscp,
                            .ecn = sending_.traffic.ecn,
                            .identification = identification_,
                            .more_fragments = more,
                            .fragment_offset = static_cast<std::uint16_t>(sent_),
                            .ttl = sending_.ttl != 0 ? sending_.ttl : cx.config.ip.ttl,
                            .protocol = static_cast<std::uint8_t>(sending_.protocol),
                            .source = cx.config.ip.address,
                            .destination = sending_.destination};
  TxPacket packet;
  wire::write_ipv4(ip, piece.size(), packet.headers);
  packet.headers_size = wire::kIpv4HeaderSize;
  packet.text.push_back(piece);
  sent_ += piece.size();
  if (ip.is_fragment()) ++cx.counters.fragments_sent;
  return packet;
}

}  // namespace tcpstack::ip
