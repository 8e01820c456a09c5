#include "stack/tcp/loss/duplicate_acks.h"

namespace tcpstack::tcp {

// "The change in SND.UNA, minus 1 SMSS for each preceding duplicate ACK" (RFC 9937 section 6.2). Linux: at least one
// segment, since one of them was missing.
std::uint32_t DuplicateAcks::delivered(const AckNews& news, std::uint32_t smss) const {
  if (news.duplicate) return smss;
  const std::uint32_t bytes = news.delivered();
  const std::uint32_t told = std::min(count * smss, bytes);
  return std::max(bytes - told, std::min(bytes, smss));
}

void DuplicateAcks::another(std::uint32_t flight, std::uint32_t smss) {
  if (count < flight / std::max(smss, 1U)) ++count;
}

void DuplicateAcks::take_back(std::uint32_t advanced, std::uint32_t smss) {
  const std::uint32_t size = std::max(smss, 1U);
  const std::uint32_t arrived_before = (advanced + size - 1) / size - 1;
  count -= std::min(count, arrived_before);
}

}  // namespace tcpstack::tcp
