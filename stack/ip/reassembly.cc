#include "stack/ip/reassembly.h"

#include <algorithm>
#include <utility>

#include "stack/wire/checksum.h"

namespace tcpstack::ip {

namespace {

constexpr std::size_t kMaxTotalLength = 0xffff;
// The cost of a fragment beside its bytes, so that many empty fragments count, too.
constexpr std::size_t kPieceCost = 64;

std::size_t begin_of(const wire::Ipv4Packet& fragment) { return fragment.header.fragment_offset; }
std::size_t end_of(const wire::Ipv4Packet& fragment) {
  return begin_of(fragment) + fragment.payload.size();
}

// The fault of a fragment by itself; nothing if it is sound.
std::optional<Drop> malformed(const wire::Ipv4Packet& fragment) {
  const std::size_t size = fragment.payload.size();
  if (size == 0 || (fragment.header.more_fragments && size % 8 != 0)) return Drop::ip_fragment_size;
  const std::size_t header_size = fragment.whole.size() - size;
  if (header_size + end_of(fragment) > kMaxTotalLength) return Drop::ip_fragment_too_long;
  return std::nullopt;
}

bool is_same_datagram(const wire::Ipv4Header& a, const wire::Ipv4Header& b) {
  return a.identification == b.identification && a.protocol == b.protocol && a.source == b.source &&
         a.destination == b.destination;
}

// Turns the first fragment's header into that of the whole datagram.
void rewrite_header(MutableBytes whole, std::size_t header_size, bool any_ce) {
  std::uint8_t* p = whole.data();
  if (any_ce) p[1] |= static_cast<std::uint8_t>(wire::Ecn::ce);
  store_be16(p + 2, static_cast<std::uint16_t>(whole.size()));
  store_be16(p + 6, 0);
  store_be16(p + 10, 0);
  store_be16(p + 10, wire::internet_checksum(whole.first(header_size)));
}

}  // namespace

std::expected<std::optional<wire::Ipv4Packet>, Drop> Reassembly::add(
    const wire::Ipv4Packet& fragment, Context& cx) {
  if (const auto wrong = malformed(fragment)) return std::unexpected(*wrong);
  if (!find(fragment.header)) begin(fragment.header, cx);
  const std::size_t index = *find(fragment.header);
  Datagram& datagram = datagrams_[index];
  if (datagram.refused) return std::unexpected(Drop::ip_fragment_refused);
  if (const auto reason = refusal(datagram, fragment)) {
    if (*reason != Drop::ip_fragment_duplicate) refuse(datagram);
    return std::unexpected(*reason);
  }
  if (datagram.pieces.size() == cx.config.ip.reassembly_fragments ||
      !make_room(index, fragment.payload.size(), cx)) {
    refuse(datagram);
    return std::unexpected(Drop::ip_fragment_limit);
  }
  insert(datagram, fragment);
  if (datagram.received != datagram.end) return std::nullopt;
  return complete(index);
}

std::optional<std::size_t> Reassembly::find(const wire::Ipv4Header& header) const {
  for (std::size_t i = 0; i < datagrams_.size(); ++i) {
    if (is_same_datagram(datagrams_[i].key, header)) return i;
  }
  return std::nullopt;
}

// If there are too many, removes the oldest datagram: the fragments of an honest one arrive close together.
void Reassembly::begin(const wire::Ipv4Header& header, Context& cx) {
  if (datagrams_.size() >= cx.config.ip.reassembly_datagrams) {
    if (!datagrams_.front().refused) cx.dropped(Drop::ip_fragment_limit);
    forget(0);
  }
  Datagram datagram;
  datagram.key = header;
  datagram.deadline = cx.now + cx.config.ip.reassembly_timeout;
  datagrams_.push_back(std::move(datagram));
}

// The reason why a fragment cannot join the others of its datagram.
std::optional<Drop> Reassembly::refusal(const Datagram& datagram,
                                        const wire::Ipv4Packet& fragment) {
  const std::size_t begin = begin_of(fragment);
  const std::size_t end = end_of(fragment);
  const auto next = std::ranges::upper_bound(datagram.pieces, begin, {}, &Piece::end);
  if (next != datagram.pieces.end() && next->begin < end) {
    // RFC 8200 section 4.5: the network may duplicate a fragment, which is not an overlap.
    const bool same = next->begin == begin && std::ranges::equal(next->data, fragment.payload);
    return same ? Drop::ip_fragment_duplicate : Drop::ip_fragment_overlap;
  }
  const bool is_last = !fragment.header.more_fragments;
  if (datagram.end && (is_last || end > *datagram.end)) return Drop::ip_fragment_end;
  if (is_last && next != datagram.pieces.end()) return Drop::ip_fragment_end;
  const bool any_ce = datagram.any_ce || fragment.header.ecn == wire::Ecn::ce;
  const bool any_not_ect = datagram.any_not_ect || fragment.header.ecn == wire::Ecn::not_ect;
  if (any_ce && any_not_ect) return Drop::ip_fragment_ecn;
  return std::nullopt;
}

void Reassembly::insert(Datagram& datagram, const wire::Ipv4Packet& fragment) {
  const Bytes data = fragment.payload;
  const auto next =
      std::ranges::upper_bound(datagram.pieces, begin_of(fragment), {}, &Piece::begin);
  datagram.pieces.insert(next, {begin_of(fragment), {data.begin(), data.end()}});
  datagram.received += data.size();
  bytes_ += data.size() + kPieceCost;
  datagram.any_ce |= fragment.header.ecn == wire::Ecn::ce;
  datagram.any_not_ect |= fragment.header.ecn == wire::Ecn::not_ect;
  if (!fragment.header.more_fragments) datagram.end = end_of(fragment);
  if (begin_of(fragment) == 0) {
    const Bytes header = fragment.whole.first(fragment.whole.size() - data.size());
    datagram.first.assign(header.begin(), header.end());
  }
}

// Refuses the oldest datagrams, but not datagram `keep`, until there is room for `size` bytes more.
bool Reassembly::make_room(std::size_t keep, std::size_t size, Context& cx) {
  const std::size_t limit = cx.config.ip.reassembly_bytes;
  for (std::size_t i = 0; bytes_ + size + kPieceCost > limit; ++i) {
    if (i == datagrams_.size()) return false;
    if (i == keep || datagrams_[i].refused) continue;
    refuse(datagrams_[i]);
    cx.dropped(Drop::ip_fragment_limit);
  }
  return true;
}

void Reassembly::refuse(Datagram& datagram) {
  bytes_ -= datagram.received + datagram.pieces.size() * kPieceCost;
  datagram.refused = true;
  datagram.received = 0;
  datagram.pieces = {};
  datagram.first = {};
}

void Reassembly::forget(std::size_t index) {
  refuse(datagrams_[index]);
  datagrams_.erase(index);
}

std::expected<std::optional<wire::Ipv4Packet>, Drop> Reassembly::complete(std::size_t index) {
  const Datagram& datagram = datagrams_[index];
  const std::size_t header_size = datagram.first.size();
  whole_.assign(datagram.first.begin(), datagram.first.end());
  for (const Piece& piece : datagram.pieces) {
    whole_.insert(whole_.end(), piece.data.begin(), piece.data.end());
  }
  const bool any_ce = datagram.any_ce;
  forget(index);
  // The first fragment can have more options than the last, so the whole datagram can be too long.
  if (whole_.size() > kMaxTotalLength) return std::unexpected(Drop::ip_fragment_too_long);
  rewrite_header(whole_, header_size, any_ce);
  return wire::parse_ipv4(whole_).value();
}

std::optional<Reassembly::Expired> Reassembly::pop_expired(Context& cx) {
  while (!datagrams_.empty() && datagrams_.front().deadline <= cx.now) {
    Datagram& datagram = datagrams_.front();
    const bool refused = datagram.refused;
    Expired expired{.first = std::exchange(datagram.first, {})};
    if (!expired.first.empty()) {
      const Piece& piece = datagram.pieces.front();
      expired.first.insert(expired.first.end(), piece.data.begin(), piece.data.end());
    }
    forget(0);
    if (refused) continue;
    cx.dropped(Drop::ip_reassembly_timeout);
    return expired;
  }
  return std::nullopt;
}

std::optional<Time> Reassembly::next_deadline() const {
  if (datagrams_.empty()) return std::nullopt;
  return datagrams_.front().deadline;
}

}  // namespace tcpstack::ip
