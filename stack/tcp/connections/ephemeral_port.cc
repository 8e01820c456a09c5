#include "stack/tcp/connections/ephemeral_port.h"

namespace tcpstack::tcp {

namespace {

constexpr std::uint32_t kFirst = 32768;
constexpr std::uint32_t kCount = 65536 - kFirst;

}  // namespace

EphemeralPorts::EphemeralPorts(const base::Seed& seed) : hash_(seed.hash("ephemeral ports")) {}

// F and G are the two halves of one hash.
std::optional<std::uint16_t> EphemeralPorts::next(const Endpoint& local, const Endpoint& remote,
                                                  const ConnectionTable& connections,
                                                  const Listening& listening) {
  const std::uint64_t hash = hash_(FourTuple({local.address, 0}, remote).bytes());
  const auto offset = static_cast<std::uint32_t>(hash % kCount);
  std::uint16_t& given = given_[(hash >> 32) % kGroups];
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const auto port = static_cast<std::uint16_t>(kFirst + (offset + given++) % kCount);
    const FourTuple four_tuple({local.address, port}, remote);
    if (!listening.has_port(port) && !connections.contains(four_tuple)) return port;
  }
  return std::nullopt;
}

}  // namespace tcpstack::tcp
