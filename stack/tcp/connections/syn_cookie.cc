#include "stack/tcp/connections/syn_cookie.h"

#include <algorithm>
#include <array>
#include <utility>

#include "stack/tcp/arrives.h"
#include "stack/tcp/connection.h"
#include "stack/tcp/connection_options.h"
#include "stack/tcp/connections/four_tuple.h"
#include "stack/tcp/send/emit.h"

namespace tcpstack::tcp {

namespace {

constexpr Duration kPeriod = std::chrono::seconds(64);
constexpr std::uint32_t kPeriods = 32;
constexpr std::uint32_t kMaxAge = 2;  // periods

// The eight values for the peer's MSS: a cookie keeps the largest that is not above it.
constexpr std::array<std::uint16_t, 8> kMssTable{216, 536, 1024, 1220, 1440, 1460, 4312, 8960};

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

Seq cookie(const base::KeyedHash& hash, const FourTuple& four_tuple, Seq irs, std::uint32_t period,
           std::uint32_t index) {
  return Seq(period % kPeriods << 27 | index << 24 | proof(hash, four_tuple, irs, period, index));
}

// The clock's random start is the same for the SYN, ACK and for the TCB of the cookie.
std::uint32_t timestamp_offset(const base::KeyedHash& hash, const FourTuple& four_tuple) {
  return static_cast<std::uint32_t>(hash(four_tuple.bytes()));
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

Reply answer_with_cookie(Tcb& scratch, const Segment& syn, const base::KeyedHash& hash,
                         Context& cx) {
  const FourTuple four_tuple(syn.destination, syn.source);
  const std::uint32_t index = mss_index(syn.options.maximum_segment_size.value_or(kMssTable[1]));
  const Seq iss = cookie(hash, four_tuple, syn.seq, period_at(cx.now), index);
  initialize(scratch, syn.destination, syn.source, iss, cx);
  scratch.ts.offset = timestamp_offset(hash, four_tuple);
  take_options_of_syn(scratch, syn, cx);  // a cookie has no place for ECN
  scratch.window_scaling = scratch.window_scaling && scratch.ts.ok;
  scratch.sack_permitted = scratch.sack_permitted && scratch.ts.ok;

  Reply reply{.source = syn.destination,
              .destination = syn.source,
              .seq = iss,
              .ack = scratch.rcv.nxt,
              .syn = true,
              .window = static_cast<std::uint16_t>(scratch.rcv.wnd),
              .options = syn_options(scratch, cx),
              .why = {"the SYN queue is full: a cookie", "RFC 4987 3.6"}};
  if (reply.options.timestamps)
    reply.options.timestamps->value = with_options(reply.options.timestamps->value, syn);
  return reply;
}

std::optional<Segment> syn_of_cookie(const Segment& ack, const base::KeyedHash& hash, Context& cx) {
  const FourTuple four_tuple(ack.destination, ack.source);
  const Seq iss = ack.ack - 1U;
  const Seq irs = ack.seq - 1U;
  const std::uint32_t index = iss.number() >> 24 & 7;
  const std::uint32_t age = (period_at(cx.now) - (iss.number() >> 27)) % kPeriods;
  if (age > kMaxAge || cookie(hash, four_tuple, irs, period_at(cx.now) - age, index) != iss)
    return std::nullopt;

  Segment syn{.source = ack.source, .destination = ack.destination, .seq = irs, .wnd = ack.wnd};
  syn.control.syn = true;
  syn.options.maximum_segment_size = kMssTable[index];
  syn.options.timestamps = ack.options.timestamps;
  if (ack.options.timestamps) options_from(ack.options.timestamps->echo_reply, syn.options);
  return syn;
}

void take_cookie(Tcb& tcb, const Segment& syn, const Segment& ack, const base::KeyedHash& hash,
                 Context& cx) {
  base::Shared<ConnectionOptions> options = std::exchange(tcb.options, {});  // the listener's
  initialize(tcb, syn.destination, syn.source, ack.ack - 1U, cx);
  set_options(tcb, std::move(options), cx);
  tcb.ts.offset = timestamp_offset(hash, FourTuple(syn.destination, syn.source));
  take_syn(tcb, syn, cx);
  tcb.snd.nxt = ack.ack;  // our SYN has been sent
}

}  // namespace tcpstack::tcp
