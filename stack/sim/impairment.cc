// Each decision draws a fixed number of random numbers, so a change of one probability leaves the other decisions
// as they are. Only marks draw none as long as there are no marks.
#include "stack/sim/impairment.h"

#include <algorithm>
#include <cmath>

#include "stack/wire/checksum.h"
#include "stack/wire/ipv4.h"

namespace tcpstack::sim {

Fate Impairment::decide(MutableBytes packet, Time now) {
  Fate fate;
  if (is_lost(now)) fate.copies = 0;
  if (random_.chance(options_.duplicate) && fate.copies > 0) fate.copies = 2;
  if (options_.mark > 0 && random_.chance(options_.mark)) mark(packet);
  fate.corrupted = random_.chance(options_.corrupt);
  if (fate.corrupted) corrupt(packet);
  if (random_.chance(options_.reorder)) fate.held_back = options_.reorder_delay;
  const auto span = static_cast<std::uint32_t>(options_.jitter.count());
  fate.jitter = Duration(random_.below(span + 1));
  return fate;
}

// A Markov chain of two states, in continuous time: the memory of the state it was in fades exponentially.
bool Impairment::is_bad(Time now) {
  using Seconds = std::chrono::duration<double>;
  const GilbertElliott& bursts = options_.bursts;
  if (bursts.bad == Duration::zero()) return random_.chance(0);
  const Seconds good = bursts.good;
  const Seconds bad = bursts.bad;
  const Seconds elapsed = std::max(now - looked_at_, Duration::zero());
  const double share = bad / (good + bad);
  const double memory = std::exp(-(elapsed / good + elapsed / bad));
  looked_at_ = std::max(looked_at_, now);
  bad_ = random_.chance(share + ((bad_ ? 1 : 0) - share) * memory);
  return bad_;
}

bool Impairment::is_lost(Time now) {
  const GilbertElliott& bursts = options_.bursts;
  const bool in_burst = random_.chance(is_bad(now) ? bursts.loss_bad : bursts.loss_good);
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
