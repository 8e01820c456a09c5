// Each decision draws a fixed number of random numbers, so a change of one probability leaves the other decisions
// as they are. Only marks draw none as long as there are no marks.
#include "stack/sim/impairment.h"

#include "stack/wire/checksum.h"
#include "stack/wire/ipv4.h"

namespace tcpstack::sim {

Fate Impairment::decide(MutableBytes packet) {
  Fate fate;
  if (is_lost()) fate.copies = 0;
  if (random_.chance(options_.duplicate) && fate.copies > 0) fate.copies = 2;
  if (options_.mark > 0 && random_.chance(options_.mark)) mark(packet);
  if (random_.chance(options_.corrupt)) corrupt(packet);
  if (random_.chance(options_.reorder)) fate.held_back = options_.reorder_delay;
  const auto span = static_cast<std::uint32_t>(options_.jitter.count());
  fate.jitter = Duration(random_.below(span + 1));
  return fate;
}

bool Impairment::is_lost() {
  const GilbertElliott& bursts = options_.bursts;
  const bool changes = random_.chance(bad_ ? bursts.to_good : bursts.to_bad);
  bad_ = bad_ != changes;
  const bool in_burst = random_.chance(bad_ ? bursts.loss_bad : bursts.loss_good);
  return random_.chance(options_.loss) || in_burst;
}

void Impairment::corrupt(MutableBytes packet) {
  if (packet.empty()) return;
  const std::uint32_t bit = random_.below(static_cast<std::uint32_t>(packet.size() * 8));
  packet[bit / 8] = static_cast<std::uint8_t>(packet[bit / 8] ^ (1U << (bit % 8)));
}

// RFC 3168 section 5: CE in place of ECT(0) or ECT(1).
void Impairment::mark(MutableBytes packet) {
  const auto ip = wire::parse_ipv4(packet);
  if (!ip || ip->header.ecn == wire::Ecn::not_ect) return;
  packet[1] |= static_cast<std::uint8_t>(wire::Ecn::ce);
  const MutableBytes header = packet.first(packet.size() - ip->payload.size());
  store_be16(&header[10], 0);
  store_be16(&header[10], wire::internet_checksum(header));
}

}  // namespace tcpstack::sim
