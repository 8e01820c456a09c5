#include "stack/tcp/connections/syn_cookie.h"

#include <algorithm>
#include <array>
#include <utility>

#include "stack/tcp/agreed/mss.h"
#include "stack/tcp/arrives.h"
#include "stack/tcp/connection.h"
#include "stack/tcp/connection_options.h"
#include "stack/tcp/connections/four_tuple.h"
#include "stack/tcp/send/emit.h"
#include "stack/tcp/send/path_mtu.h"

namespace tcpstack::tcp {

namespace {

constexpr Duration kPeriod = std::chrono::seconds(64);
constexpr std::uint32_t kPeriods = 32;  // and after so many the key changes
constexpr std::uint32_t kMaxAge = 2;    // periods

// The eight values for the peer's MSS: a cookie keeps the largest that is not above it.
// The least is the least that we send by, so that none is larger than the peer's (MUST-16).
constexpr std::array<std::uint16_t, 8> kMssTable{
    kMinSendMss, 216, kDefaultSendMss, 1220, 1440, 1460, 4312, 8960};

constexpr std::uint32_t kNoWindowScale = 0xf;
constexpr std::uint32_t kSackPermitted = 0x10;
constexpr std::uint32_t kOptionBits = 0x3f;

std::uint32_t period_at(Time now) {
  return static_cast<std::uint32_t>(now.time_since_epoch() / kPeriod);
}

std::uint32_t mss_index(std::uint16_t mss) {
  const auto* const above = std::ranges::upper_bound(kMssTable, mss);
  return above == kMssTable.begin() ? 0 : static_cast<std::uint32_t>(above - kMssTable.begin()) - 1;
}

// The 24 bits that no outsider can compute.
std::uint32_t proof(const base::KeyedHash& hash, const FourTuple& four_tuple, Seq irs,
                    std::uint32_t period, std::uint32_t index) {
  std::array<std::uint8_t, 48> message{};
  std::uint8_t* const out = std::ranges::copy(four_tuple.bytes(), message.data()).out;
  store_be32(out, irs.number());
  store_be32(out + 4, period);
  store_be32(out + 8, index);
  return static_cast<std::uint32_t>(hash(message)) & 0xffffff;
}

Seq cookie(base::RotatingKeys& keys, const FourTuple& four_tuple, Seq irs, std::uint32_t period,
           std::uint32_t index) {
  const base::KeyedHash& hash = keys[period / kPeriods];
  return Seq(period % kPeriods << 27 | index << 24 | proof(hash, four_tuple, irs, period, index));
}

// The clock's value, at most 63 ms back, with the options in its low bits.
std::uint32_t with_options(std::uint32_t clock, const Segment& syn) {
  std::uint32_t bits = syn.options.window_scale
                           ? std::min<std::uint32_t>(*syn.options.window_scale, 14)
                           : kNoWindowScale;
  if (syn.options.sack_permitted) bits |= kSackPermitted;
  const std::uint32_t value = (clock & ~kOptionBits) | bits;
  return static_cast<std::int32_t>(value - clock) > 0 ? value - (kOptionBits + 1) : value;
}

void options_from(std::uint32_t echo, wire::TcpOptions& options) {
  const std::uint32_t shift = echo & 0xf;
  if (shift != kNoWindowScale) options.window_scale = static_cast<std::uint8_t>(shift);
  options.sack_permitted = (echo & kSackPermitted) != 0;
}

}  // namespace

Reply answer_with_cookie(Tcb& scratch, const base::Shared<ConnectionOptions>& options,
                         const Segment& syn, base::RotatingKeys& keys,
                         std::uint32_t timestamp_offset, Context& cx) {
  const FourTuple four_tuple(syn.destination, syn.source);
  const std::uint32_t index = mss_index(syn.options.maximum_segment_size.value_or(kDefaultSendMss));
  const Seq iss = cookie(keys, four_tuple, syn.seq, period_at(cx.now), index);
  initialize(scratch, syn.destination, syn.source,
             {.iss = iss, .timestamp_offset = timestamp_offset}, cx);
  set_options(scratch, options, cx);
  take_options_of_syn(scratch, syn, cx);
  scratch.window_scaling = scratch.window_scaling && scratch.ts.ok;
  scratch.sack_permitted = scratch.sack_permitted && scratch.ts.ok;
  scratch.ecn.ok = false;  // a cookie has no place for it

  const wire::TcpHeader header = header_of(scratch, {.seq = iss, .syn = true}, cx);
  Reply reply{.source = syn.destination,
              .destination = syn.source,
              .seq = iss,
              .ack = Seq(header.acknowledgment),
              .syn = true,
              .window = header.window,
              .options = header.options,
              .dscp = scratch.options->dscp,
              .fragments = fragments(scratch.options->path_mtu_discovery),
              .why = {"the SYN queue is full: a cookie", "RFC 4987 3.6"}};
  if (reply.options.timestamps)
    reply.options.timestamps->value = with_options(reply.options.timestamps->value, syn);
  return reply;
}

std::optional<Segment> syn_of_cookie(const Segment& ack, base::RotatingKeys& keys, Context& cx) {
  const FourTuple four_tuple(ack.destination, ack.source);
  const Seq iss = ack.ack - 1U;
  const Seq irs = ack.seq - 1U;
  const std::uint32_t index = iss.number() >> 24 & 7;
  const std::uint32_t age = (period_at(cx.now) - (iss.number() >> 27)) % kPeriods;
  if (age > kMaxAge || cookie(keys, four_tuple, irs, period_at(cx.now) - age, index) != iss)
    return std::nullopt;

  Segment syn{.source = ack.source, .destination = ack.destination, .seq = irs, .wnd = ack.wnd};
  syn.control.syn = true;
  syn.options.maximum_segment_size = kMssTable[index];
  syn.options.timestamps = ack.options.timestamps;
  if (ack.options.timestamps) options_from(ack.options.timestamps->echo_reply, syn.options);
  return syn;
}

void take_cookie(Tcb& tcb, const Segment& syn, const Segment& ack, Context& cx) {
  base::Shared<ConnectionOptions> options = std::exchange(tcb.options, {});  // the listener's
  initialize(tcb, syn.destination, syn.source,
             {.iss = ack.ack - 1U, .timestamp_offset = tcb.ts.offset}, cx);
  set_options(tcb, std::move(options), cx);
  take_syn(tcb, syn, cx);
  tcb.snd.nxt = ack.ack;  // our SYN has been sent
}

}  // namespace tcpstack::tcp
