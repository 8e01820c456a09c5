#include "stack/ip/path_mtu.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tcpstack::ip {

namespace {

// RFC 1191 section 3 has the MTU from the router. For routers that do not report it, RFC 1191 section 7 has
// "plateaus": the MTUs of links that were in use (Table 7-1).
constexpr std::array<std::uint16_t, 10> kPlateaus = {32000, 17914, 8166, 4352, 2002,
                                                     1492,  1006,  508,  296,  68};

// The largest plateau that is smaller than the datagram that did not fit.
std::uint16_t plateau_below(std::uint16_t total_length) {
  for (const std::uint16_t plateau : kPlateaus) {
    if (plateau < total_length) return plateau;
  }
  return kPlateaus.back();
}

}  // namespace

std::uint16_t PathMtus::mtu(Address destination, const Config& config) const {
  const auto path = paths_.find(destination);
  return path == paths_.end() ? config.ip.mtu : path->second.mtu;
}

bool PathMtus::needs_fragments(Address destination) const {
  if (paths_.empty()) return false;
  const auto path = paths_.find(destination);
  return path != paths_.end() && path->second.needs_fragments;
}

bool PathMtus::shrink(Address destination, std::uint16_t next_hop_mtu, std::uint16_t total_length,
                      const Context& cx) {
  const IpConfig& config = cx.config.ip;
  const std::uint16_t before = mtu(destination, cx.config);
  const std::uint16_t said = next_hop_mtu != 0 ? next_hop_mtu : plateau_below(total_length);
  // "A host MUST not increase its estimate of the Path MTU in response to the contents of a Datagram Too Big
  // message" (section 3). A reported link on which the datagram fits is no reason to shrink either.
  if (said >= before || said >= total_length) return false;
  const std::uint16_t now = std::max(said, std::min(config.path_mtu_min, before));
  const bool needs_fragments_now = said < now;
  if (now == before && needs_fragments(destination)) return false;
  if (!paths_.contains(destination) && paths_.size() >= config.path_mtu_entries)
    paths_.erase(*first_to_expire());
  paths_[destination] = {.mtu = now,
                         .needs_fragments = needs_fragments_now,
                         .deadline = cx.now + config.path_mtu_lifetime};
  return true;
}

// The earliest deadline; of equal deadlines that of the lowest address, because the table's order must not
// influence the output.
std::optional<Address> PathMtus::first_to_expire() const {
  std::optional<std::pair<Time, Address>> first;
  for (const auto& [address, path] : paths_) {
    const std::pair candidate(path.deadline, address);
    if (!first || candidate < *first) first = candidate;
  }
  if (!first) return std::nullopt;
  return first->second;
}

std::optional<Address> PathMtus::pop_expired(Time now) {
  const auto first = first_to_expire();
  if (!first || paths_.at(*first).deadline > now) return std::nullopt;
  paths_.erase(*first);
  return first;
}

std::optional<Time> PathMtus::next_deadline() const {
  const auto first = first_to_expire();
  if (!first) return std::nullopt;
  return paths_.at(*first).deadline;
}

}  // namespace tcpstack::ip
