#include "stack/tcp/agreed/mss.h"

#include <algorithm>

namespace tcpstack::tcp {

std::uint16_t advertised_mss(const Config& config) {
  if (config.tcp.mss != 0) return config.tcp.mss;
  return static_cast<std::uint16_t>(config.ip.mtu - wire::kIpv4HeaderSize - wire::kTcpHeaderSize);
}

void take_mss_option(Tcb& tcb, const Segment& seg) {
  // MUST-14, MUST-15
  tcb.snd.mss = std::max(seg.options.maximum_segment_size.value_or(kDefaultSendMss), kMinSendMss);
  if (tcb.options->max_segment != 0) tcb.snd.mss = std::min(tcb.snd.mss, tcb.options->max_segment);
}

std::uint32_t effective_mss(const Tcb& tcb, std::size_t options_size, const Config& config) {
  const std::size_t mms_s = std::min(config.ip.mtu, tcb.snd.path_mtu) - wire::kIpv4HeaderSize;
  const std::size_t tcphdrsize = wire::kTcpHeaderSize + options_size;
  const std::size_t largest = std::min(tcb.snd.mss + wire::kTcpHeaderSize, mms_s);
  // On the smallest links options may leave no room at all; some text has to go.
  return largest > tcphdrsize ? static_cast<std::uint32_t>(largest - tcphdrsize) : 1;
}

}  // namespace tcpstack::tcp
