#include "stack/tcp/connections/ephemeral_port.h"

namespace tcpstack::tcp {

std::optional<std::uint16_t> ephemeral_port(const Endpoint& local, const Endpoint& remote,
                                            const ConnectionTable& connections,
                                            const Listening& listening, Context& cx) {
  constexpr std::uint32_t kFirst = 32768;
  constexpr std::uint32_t kCount = 65536 - kFirst;
  const std::uint32_t start = cx.random.below(kCount);
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const auto port = static_cast<std::uint16_t>(kFirst + (start + i) % kCount);
    const FourTuple four_tuple({local.address, port}, remote);
    if (!listening.has_port(port) && !connections.contains(four_tuple)) return port;
  }
  return std::nullopt;
}

}  // namespace tcpstack::tcp
