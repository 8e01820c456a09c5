#include "tests/bench/ceiling/answers.h"

#include <algorithm>
#include <array>

namespace tcpstack::bench {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint16_t kEcho = 7;
constexpr std::uint16_t kSource = 19;
constexpr unsigned kShift = 10;
constexpr std::uint32_t kQueuedPackets = 400;        // of the 500 that a TUN device holds
constexpr std::uint32_t kLargestWindow = 6 << 20;    // a client's send buffer does not fill more
constexpr std::uint32_t kInFlight = 1 << 20;         // of a source: more does not fit the caches
constexpr std::uint32_t kSuperSegment = 65535 - 60;  // text of a super-segment
constexpr int kPumped = 32;                          // segments between two looks at the device

unsigned get16(Bytes bytes, std::size_t at) { return unsigned{bytes[at]} << 8U | bytes[at + 1]; }
std::uint32_t get32(Bytes bytes, std::size_t at) {
  return get16(bytes, at) << 16U | get16(bytes, at + 2);
}
void put16(std::uint8_t* to, unsigned value) {
  to[0] = static_cast<std::uint8_t>(value >> 8U);
  to[1] = static_cast<std::uint8_t>(value);
}
void put32(std::uint8_t* to, std::uint32_t value) {
  put16(to, value >> 16U);
  put16(to + 2, value & 0xffffU);
}

std::uint64_t sum(Bytes bytes) {
  std::uint64_t total = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) total += get16(bytes, i);
  return total;
}

unsigned fold(std::uint64_t total) {
  while (total > 0xffff) total = (total & 0xffff) + (total >> 16U);
  return static_cast<unsigned>(total);
}

// The checksum of `size` bytes 'x'.
std::uint64_t sum_of_text(std::uint32_t size) {
  return std::uint64_t{size / 2} * 0x7878 + (size % 2) * 0x7800;
}

// Does A precede B, although the numbers wrap?
bool before(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) < 0; }

}  // namespace

struct Answers::Arrived {
  std::uint32_t address;
  unsigned port;
  unsigned service;
  std::uint32_t seq;
  std::uint32_t ack;
  unsigned control;
  std::uint32_t window;
  std::uint32_t text_size;
  Bytes options;

  [[nodiscard]] bool fin() const { return (control & 1U) != 0; }
  [[nodiscard]] bool syn() const { return (control & 2U) != 0; }
  [[nodiscard]] bool rst() const { return (control & 4U) != 0; }
  [[nodiscard]] std::uint64_t key() const {
    return std::uint64_t{address} << 32U | port << 16U | service;
  }
};

Answers::Answers(BareTun& device, std::uint32_t address, unsigned mtu)
    : device_(device),
      address_(address),
      mss_(mtu - 40),
      window_(std::min(kLargestWindow, kQueuedPackets * mss_)),
      text_(1 << 16, 'x') {}

void Answers::packet_arrives(Bytes packet) {
  constexpr std::uint8_t kTcp = 6;
  if (packet.size() < 40 || packet[0] != 0x45 || packet[9] != kTcp) return;
  const std::size_t header = std::size_t{packet[32]} / 16 * 4;
  const std::size_t total = std::min<std::size_t>(get16(packet, 2), packet.size());
  if (total < 20 + header) return;
  const Arrived segment{.address = get32(packet, 12),
                        .port = get16(packet, 20),
                        .service = get16(packet, 22),
                        .seq = get32(packet, 24),
                        .ack = get32(packet, 28),
                        .control = packet[33],
                        .window = get16(packet, 34),
                        .text_size = static_cast<std::uint32_t>(total - 20 - header),
                        .options = packet.subspan(40, header - 20)};
  if (segment.syn()) return syn_arrives(segment);
  const auto found = index_.find(segment.key());
  if (found == index_.end()) return;
  const std::uint32_t index = found->second;
  Client& client = clients_[index];
  ack_arrives(client, segment);
  text_arrives(client, segment);
  if (client.owes_ack || client.owes_fin) touch(index);
  if (segment.rst() || (client.fin_sent && segment.ack == client.snd_nxt)) forget(index);
}

void Answers::syn_arrives(const Arrived& segment) {
  if (const auto known = index_.find(segment.key()); known != index_.end()) forget(known->second);
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(clients_.size()));
    clients_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  index_[segment.key()] = index;
  Client& client = clients_[index];
  client = {.address = segment.address,
            .port = static_cast<std::uint16_t>(segment.port),
            .service = static_cast<std::uint16_t>(segment.service),
            .rcv_nxt = segment.seq + 1,
            .mss = mss_};
  for (std::size_t i = 0; i < segment.options.size();) {
    const unsigned kind = segment.options[i];
    if (kind == 2) client.mss = std::min(mss_, std::uint32_t{get16(segment.options, i + 2)});
    if (kind == 3) client.shift = segment.options[i + 2];
    i += kind < 2 ? 1 : std::max<std::size_t>(segment.options[i + 1], 2);
  }
  send(client, {.syn = true}, 0);
  client.snd_nxt = 1;
  client.is_source = client.service == kSource;
  if (client.is_source) sources_.push_back(index);
}

void Answers::ack_arrives(Client& client, const Arrived& segment) {
  const std::uint32_t window = segment.window << client.shift;
  if (before(client.snd_una, segment.ack)) {
    client.snd_una = segment.ack;
    client.duplicates = 0;
    if (before(client.snd_nxt, client.snd_una)) client.snd_nxt = client.snd_una;
  } else if (client.is_source && segment.text_size == 0 && window == client.window &&
             ++client.duplicates == 3) {
    client.snd_nxt = client.snd_una;
  }
  client.window = window;
}

void Answers::text_arrives(Client& client, const Arrived& segment) {
  if (segment.text_size == 0 && !segment.fin()) return;
  client.owes_ack = true;
  if (segment.seq != client.rcv_nxt) return;
  client.rcv_nxt += segment.text_size;
  if (client.service == kEcho) client.owed_text += segment.text_size;
  if (!segment.fin()) return;
  ++client.rcv_nxt;
  client.owes_fin = true;
}

void Answers::touch(std::uint32_t index) {
  if (clients_[index].is_touched) return;
  clients_[index].is_touched = true;
  touched_.push_back(index);
}

void Answers::forget(std::uint32_t index) {
  const Client& client = clients_[index];
  index_.erase(std::uint64_t{client.address} << 32U | std::uint64_t{client.port} << 16U |
               client.service);
  if (client.is_source) std::erase(sources_, index);
  if (client.is_touched) std::erase(touched_, index);
  free_.push_back(index);
}

void Answers::settle() {
  for (const std::uint32_t index : touched_) {
    Client& client = clients_[index];
    client.is_touched = false;
    do {
      const std::uint32_t size = std::min(client.owed_text, largest(client));
      client.owed_text -= size;
      const bool fin = client.owes_fin && client.owed_text == 0;
      send(client, {.psh = size > 0, .fin = fin}, size);
      client.fin_sent |= fin;
    } while (client.owed_text > 0);
    client.owes_ack = client.owes_fin = false;
  }
  touched_.clear();
}

bool Answers::pump() {
  bool any = false;
  for (const std::uint32_t index : sources_) {
    Client& client = clients_[index];
    const std::uint32_t size = largest(client);
    const std::uint32_t window = std::min(client.window, kInFlight);
    for (int i = 0; i < kPumped && client.snd_nxt - client.snd_una + size <= window; ++i) {
      send(client, {}, size);
      any = true;
    }
  }
  return any;
}

void Answers::rewind() {
  for (const std::uint32_t index : sources_) clients_[index].snd_nxt = clients_[index].snd_una;
}

// The largest text of one packet.
std::uint32_t Answers::largest(const Client& client) const {
  if (!device_.has_offload()) return client.mss;
  return std::max(client.mss, kSuperSegment / client.mss * client.mss);
}

void Answers::send(Client& client, Flags flags, std::uint32_t text_size) {
  std::array<std::uint8_t, 48> packet{0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 6};
  const std::size_t size = flags.syn ? 48 : 40;
  put16(&packet[2], static_cast<unsigned>(size + text_size));
  put32(&packet[12], address_);
  put32(&packet[16], client.address);
  put16(&packet[10], ~fold(sum(Bytes(packet).first(20))) & 0xffffU);

  put16(&packet[20], client.service);
  put16(&packet[22], client.port);
  put32(&packet[24], client.snd_nxt);
  put32(&packet[28], client.rcv_nxt);
  packet[32] = static_cast<std::uint8_t>((size - 20) / 4 * 16);
  packet[33] = static_cast<std::uint8_t>(flags.fin | flags.syn << 1 | flags.psh << 3 | 0x10);
  put16(&packet[34], flags.syn ? 65535 : window_ >> kShift);
  if (flags.syn) {
    packet[40] = 2;
    packet[41] = 4;
    put16(&packet[42], mss_);
    packet[44] = 1;
    packet[45] = 3;
    packet[46] = 3;
    packet[47] = kShift;
  }
  OffloadHeader offload;
  const std::uint64_t pseudo = sum(Bytes(packet).subspan(12, 8)) + 6 + size - 20 + text_size;
  if (device_.has_offload()) {
    offload = {.flags = 1,  // needs its checksum
               .header_size = static_cast<std::uint16_t>(size),
               .checksum_start = 20,
               .checksum_offset = 16};
    if (text_size > client.mss) {
      offload.gso_type = 1;  // TCP over IPv4
      offload.segment_size = static_cast<std::uint16_t>(client.mss);
    }
    put16(&packet[36], fold(pseudo));
  } else {
    const std::uint64_t all =
        pseudo + sum(Bytes(packet).first(size).subspan(20)) + sum_of_text(text_size);
    put16(&packet[36], ~fold(all) & 0xffffU);
  }
  if (device_.send(offload, Bytes(packet).first(size), Bytes(text_).first(text_size))) {
    client.snd_nxt += text_size + (flags.fin ? 1 : 0);
  }
}

}  // namespace tcpstack::bench
