#include "stack/tcp/fast_open.h"

#include <algorithm>
#include <array>

#include "stack/tcp/loss/cwnd.h"
#include "stack/tcp/loss/scoreboard.h"

namespace tcpstack::tcp {

namespace {

// Linux: RFC 7413 leaves the size of the text to us. We reserve 40 bytes for options, whatever this SYN has, as
// Linux does (`MAX_TCP_OPTION_SPACE`). You can see it: with an MSS of 1460 a SYN carries at most 1420 bytes.
constexpr std::uint32_t kOptionSpace = wire::kMaxTcpOptionsSize;
constexpr std::uint32_t kHeaders = 40;  // of IP and TCP

constexpr Duration kKeyLifetime = std::chrono::days(1);

std::uint32_t room_on_syn(const Tcb& tcb, const KnownCookie& known) {
  std::uint32_t mss = std::min<std::uint32_t>(known.mss, tcb.snd.path_mtu - kHeaders);
  if (tcb.options->max_segment != 0) mss = std::min<std::uint32_t>(mss, tcb.options->max_segment);
  return mss > kOptionSpace ? mss - kOptionSpace : 0;
}

std::uint64_t key_number(Time now) {
  return static_cast<std::uint64_t>(now.time_since_epoch() / kKeyLifetime);
}

wire::FastOpenCookie cookie_of(const base::KeyedHash& hash, Address client, Address server) {
  std::array<std::uint8_t, 8> addresses{};
  store_be32(&addresses[0], client.v4());
  store_be32(&addresses[4], server.v4());
  std::uint64_t value = hash(addresses);
  wire::FastOpenCookie cookie(sizeof value);
  for (std::uint8_t& byte : cookie) {
    byte = static_cast<std::uint8_t>(value);
    value >>= 8;
  }
  return cookie;
}

}  // namespace

wire::FastOpenCookie FastOpenCookies::give(Address client, Address server, Time now) {
  if (given_.key) return cookie_of(base::KeyedHash(*given_.key), client, server);
  return cookie_of(keys_[key_number(now)], client, server);
}

FastOpenCookies::Verdict FastOpenCookies::judge(const wire::FastOpenCookie& cookie, Address client,
                                                Address server, Time now) {
  if (cookie == give(client, server, now)) return Verdict::valid;
  if (const auto old = give_before(client, server, now); old && cookie == *old)
    return Verdict::expiring;
  return Verdict::invalid;
}

// The cookie that the key before would make. Nothing: there was none.
std::optional<wire::FastOpenCookie> FastOpenCookies::give_before(Address client, Address server,
                                                                 Time now) {
  if (given_.key) {
    if (!given_.old_key) return std::nullopt;
    return cookie_of(base::KeyedHash(*given_.old_key), client, server);
  }
  const std::uint64_t number = key_number(now);
  if (number == 0) return std::nullopt;
  return cookie_of(keys_[number - 1], client, server);
}

const KnownCookie* FastOpenCookies::find(Address server) const {
  const auto found = std::ranges::find(known_, server, &KnownCookie::server);
  return found == known_.end() ? nullptr : &*found;
}

void FastOpenCookies::remember(const KnownCookie& known) {
  forget(known.server);
  if (known_.size() == kMostServers) known_.erase(known_.begin());
  known_.push_back(known);
}

void FastOpenCookies::forget(Address server) {
  const auto found = std::ranges::find(known_, server, &KnownCookie::server);
  if (found != known_.end()) known_.erase(found);
}

// RFC 7413 section 4.2.2
std::size_t offer_fast_open(Tcb& tcb, Bytes text, Context& cx) {
  if (!cx.config.tcp.fast_open || !cx.config.tcp.fast_open_client) return 0;
  tcb.fast_open = std::make_unique<FastOpen>();
  tcb.fast_open->option.emplace();
  const KnownCookie* const known = cx.fast_open->find(tcb.remote.address);
  if (known == nullptr) return 0;  // section 4.2.1: an empty cookie asks for one
  const std::size_t taken = std::min<std::size_t>(text.size(), room_on_syn(tcb, *known));
  tcb.fast_open->option = known->cookie;
  tcb.fast_open->experimental = known->experimental;
  tcb.fast_open->syn_text = static_cast<std::uint16_t>(taken);
  tcb.send_queue.append(text.first(taken));
  return taken;
}

// RFC 7413 section 4.1.3
void learn_cookie(const Tcb& tcb, const Segment& seg, Context& cx) {
  const auto& cookie = seg.options.fast_open;
  if (!tcb.fast_open || !cookie || cookie->empty()) return;
  cx.fast_open->remember(
      {tcb.remote.address, *cookie, tcb.snd.mss, seg.options.fast_open_experimental});
  cx.note({"the server gives a cookie", "RFC 7413 4.1.3"}, &tcb);
}

void fall_back_to_plain_syn(Tcb& tcb, Context& cx) {
  if (!tcb.fast_open || tcb.flight.front().text_size() == 0) return;
  tcb.flight.cut(0, tcb.snd.iss + 1);
  cx.fast_open->forget(tcb.remote.address);
  cx.note({"the SYN is sent again without text or cookie", "RFC 7413 4.2.1"}, &tcb);
}

void repeat_text_of_syn(Tcb& tcb, Context& cx) {
  if (!tcb.fast_open || tcb.fast_open->syn_text == 0) return;
  tcb.syn_text_taken = tcb.flight.empty();
  if (tcb.syn_text_taken) return;
  start_congestion_control(tcb, cx);
  lose_oldest(tcb);
  cx.note({"the text of our SYN was not taken: again", "RFC 7413 4.2.2"}, &tcb);
}

// RFC 7413 section 4.1.2 and section 4.2.2
void answer_fast_open(Tcb& tcb, const Segment& syn, bool may_serve, Context& cx) {
  const TcpConfig& config = cx.config.tcp;
  if (!config.fast_open || !config.fast_open_server) return;
  if (tcb.options->fast_open_queue == 0) return;  // section 3.1: the application has to want it
  using Verdict = FastOpenCookies::Verdict;
  Verdict verdict = Verdict::valid;
  if (config.fast_open_needs_cookie) {
    if (!syn.options.fast_open) return;
    verdict =
        cx.fast_open->judge(*syn.options.fast_open, tcb.remote.address, tcb.local.address, cx.now);
  } else if (!syn.options.fast_open && syn.text.empty()) {
    return;
  }
  if (verdict == Verdict::valid && !may_serve) return;
  tcb.fast_open = std::make_unique<FastOpen>();
  if (verdict != Verdict::valid) {
    tcb.fast_open->option = cx.fast_open->give(tcb.remote.address, tcb.local.address, cx.now);
    tcb.fast_open->experimental = syn.options.fast_open_experimental;
  }
  if (verdict == Verdict::invalid || !may_serve) return;
  tcb.fast_open->served = true;
  tcb.syn_text_taken = !syn.text.empty();
  cx.note({"a valid cookie: served before the handshake is over", "RFC 7413 4.2.2"}, &tcb);
  start_congestion_control(tcb, cx);
}

}  // namespace tcpstack::tcp
