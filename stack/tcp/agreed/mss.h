// The maximum segment size, RFC 9293 section 3.7.1 and RFC 6691.
#pragma once

#include <cstdint>

#include "stack/config.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Linux: RFC 9293 section 3.7.1 sets no lower limit. We take an announced MSS as at least 48, as Linux does
// (`tcp_min_snd_mss`): a smaller one would make us send headers only. You can see it: a peer that announces 1 gets
// segments of up to 48 bytes.
inline constexpr std::uint16_t kMinSendMss = 48;
inline constexpr std::uint16_t kDefaultSendMss = 536;  // MUST-15

// The MSS option that we send: the MTU less the fixed IP and TCP headers (MUST-14, MUST-67).
std::uint16_t advertised_mss(const Config& config);

// Takes the peer's MSS option; without the option the MSS is 536 (MUST-15).
void take_mss_option(Tcb& tcb, const Segment& seg);

// Eff.snd.MSS = min(SendMSS+20, MMS_S) - TCPhdrsize - IPoptionsize (MUST-16): the text that fits into one segment
// when its TCP options take `options_size` bytes. MMS_S follows from the device's MTU and the path's.
std::uint32_t effective_mss(const Tcb& tcb, std::size_t options_size, const Config& config);

}  // namespace tcpstack::tcp
