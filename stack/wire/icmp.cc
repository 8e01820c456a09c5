// ICMP messages between bytes and host-order values, RFC 792: type, code, checksum, one word whose meaning depends
// on the type, and a body. stack/ip decides what a message causes.
#include "stack/wire/icmp.h"

#include <cassert>

#include "stack/wire/checksum.h"

namespace tcpstack::wire {

std::expected<IcmpMessage, Drop> parse_icmp(Bytes payload) {
  if (payload.size() < kIcmpHeaderSize) return std::unexpected(Drop::icmp_truncated);
  if (internet_checksum(payload) != 0) return std::unexpected(Drop::icmp_checksum);
  return IcmpMessage{
      .type = payload[0],
      .code = payload[1],
      .rest = load_be32(&payload[4]),
      .body = payload.subspan(kIcmpHeaderSize),
  };
}

void write_icmp(const IcmpMessage& message, MutableBytes out) {
  assert(out.size() >= kIcmpHeaderSize);
  std::uint8_t* p = out.data();
  p[0] = message.type;
  p[1] = message.code;
  store_be16(p + 2, 0);
  store_be32(p + 4, message.rest);
  Checksum checksum;
  checksum.add(out.first(kIcmpHeaderSize));
  checksum.add(message.body);
  store_be16(p + 2, checksum.value());
}

}  // namespace tcpstack::wire
