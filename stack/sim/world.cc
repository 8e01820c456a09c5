// See world.h.
#include "stack/sim/world.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "stack/sim/segmentation.h"
#include "stack/wire/tcp.h"

namespace tcpstack::sim {
namespace {

// FNV-1a, 64 bits.
void add_byte(std::uint64_t& digest, std::uint8_t byte) {
  digest = (digest ^ byte) * 0x100000001b3;
}

void add_packet(std::uint64_t& digest, Time now, Bytes packet) {
  auto time = static_cast<std::uint64_t>(now.time_since_epoch().count());
  for (unsigned i = 0; i < 8; ++i, time >>= 8) add_byte(digest, static_cast<std::uint8_t>(time));
  for (const std::uint8_t byte : packet) add_byte(digest, byte);
}

// Where the text of a TCP segment begins and ends; nothing if it has none.
std::optional<std::pair<tcp::Seq, tcp::Seq>> text_of(Bytes packet) {
  constexpr std::size_t kTcp = 6;
  const std::size_t ip_header = (packet[0] & 0xfU) * 4U;
  if (packet[9] != kTcp || packet.size() < ip_header + wire::kTcpHeaderSize) return std::nullopt;
  const std::size_t tcp_header = (packet[ip_header + 12] >> 4U) * 4U;
  const std::size_t headers = ip_header + tcp_header;
  if (packet.size() <= headers) return std::nullopt;
  const tcp::Seq begin(load_be32(&packet[ip_header + 4]));
  return std::pair(begin, begin + static_cast<std::uint32_t>(packet.size() - headers));
}

}  // namespace

Address address_of(std::size_t host) {
  return Address(static_cast<std::uint32_t>(0x0a000000 | (host / 2 + 1) << 16 | (host % 2 + 1)));
}

World::World(const WorldOptions& options)
    : options_(options),
      forward_(options.forward, options.seed * 4),
      backward_(options.backward, options.seed * 4 + 1) {
  base::Random seeds(options.seed * 4 + 2);
  for (const FlowOptions& flow : options.flows) {
    UserOptions opener = flow.opener;
    opener.opens = true;
    add_host(flow.config, opener, seeds.next());
    add_host(flow.config, flow.listener, seeds.next());
  }
}

void World::add_host(Config config, const UserOptions& user, std::uint64_t seed) {
  const std::size_t number = hosts_.size();
  config.ip.address = address_of(number);
  texts_.emplace_back();
  hosts_.push_back(
      std::make_unique<Host>(config, user, address_of(number ^ 1), seed,
                             [this, number](const TxPacket& packet) { send(number, packet); }));
}

Outcome World::run() {
  const Time limit = Time{} + options_.limit;
  while (!finished()) {
    const std::optional<Time> when = next();
    if (!when) return Outcome::stalled;
    if (*when > limit) return Outcome::overran;
    now_ = std::max(now_, *when);
    deliver(forward_);
    deliver(backward_);
    for (const auto& host : hosts_) {
      const auto deadline = host->next_deadline();
      if (deadline && *deadline <= now_) host->time_passes(now_);
    }
  }
  return Outcome::finished;
}

void World::send(std::size_t from, const TxPacket& packet) {
  constexpr std::uint32_t kRemembered = 1U << 30U;  // the largest window
  Link& link = from % 2 == 0 ? forward_ : backward_;
  Texts& texts = texts_[from];
  for (std::vector<std::uint8_t>& bytes : on_the_wire(packet)) {
    add_packet(digest_, now_, bytes);
    const auto text = text_of(bytes);
    const Duration detour = options_.flows[from / 2].delay;
    const bool arrives = link.send({from ^ 1, std::move(bytes), detour}, now_);
    if (!text) continue;
    const auto [begin, end] = *text;
    if (texts.arriving.covers(begin, end)) ++texts.needless;
    if (arrives) texts.arriving.erase_before(texts.arriving.insert(begin, end).end - kRemembered);
  }
}

// Delivers the packets that arrive now. An answer over a link without delay belongs to the next turn.
void World::deliver(Link& link) {
  std::vector<Packet> arrived;
  for (auto at = link.next_arrival(); at && *at <= now_; at = link.next_arrival()) {
    arrived.push_back(link.take());
  }
  for (const Packet& packet : arrived) hosts_[packet.to]->packet_arrives(packet.bytes, now_);
}

std::optional<Time> World::next() const {
  std::optional<Time> next;
  const auto sooner = [&next](std::optional<Time> at) {
    if (at && (!next || *at < *next)) next = at;
  };
  sooner(forward_.next_arrival());
  sooner(backward_.next_arrival());
  for (const auto& host : hosts_) sooner(host->next_deadline());
  return next;
}

bool World::finished() const {
  if (forward_.next_arrival() || backward_.next_arrival()) return false;
  return std::ranges::all_of(hosts_, [](const auto& host) { return host->done(); });
}

}  // namespace tcpstack::sim
