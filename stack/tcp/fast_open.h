// TCP Fast Open, RFC 7413: text on the SYN, and an answer to it before the handshake is over.
//
// A cookie proves that its holder received a packet at its address before. The client asks for one with a SYN. Its
// next SYN returns the cookie together with text, which the server then takes at once. Without a valid cookie only
// a round trip is lost: the handshake proceeds as always, and the text follows it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "stack/base/rotating_keys.h"
#include "stack/base/seed.h"
#include "stack/context.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/tcb.h"
#include "stack/wire/address.h"
#include "stack/wire/tcp_options.h"

namespace tcpstack::tcp {

// Section 4.1.3: "the client MUST cache cookies from servers", and their MSS, because a SYN with text leaves before the
// server's SYN.
struct KnownCookie {
  Address server;
  wire::FastOpenCookie cookie;
  std::uint16_t mss = 0;
  bool experimental = false;  // the form of the server's option
  bool operator==(const KnownCookie&) const = default;
};

// The cookies that we give to clients, and those that servers have given us.
class FastOpenCookies {
 public:
  // Section 4.1.2 asks that cookies expire. Each key makes cookies for a day, and they are valid on the day after it. The keys
  // come from `seed`, or the user gives them and changes them himself.
  FastOpenCookies(const base::Seed& seed, const FastOpenKeys& given)
      : given_(given), keys_(seed, "fast open") {}
  void set_keys(const FastOpenKeys& given) { given_ = given; }

  // The one cookie that `client` gets now, and has to return: 8 bytes that nobody else can compute.
  // Linux: RFC 7413 leaves the function to us. It is SipHash-2-4 of both addresses, as in Linux
  // (`tcp_fastopen_cookie_gen`), so that the same key gives the same cookie. You can see it: a client can bring a
  // cookie from Linux to us.
  [[nodiscard]] wire::FastOpenCookie give(Address client, Address server, Time now);

  // What is a cookie that `client` has returned?
  enum class Verdict : std::uint8_t {
    invalid,
    valid,
    expiring,  // of the key before: valid, but the client had better get a new one
  };
  [[nodiscard]] Verdict judge(const wire::FastOpenCookie& cookie, Address client, Address server,
                              Time now);

  // At most kMostServers entries; a new one replaces the oldest.
  static constexpr std::size_t kMostServers = 1024;
  [[nodiscard]] const KnownCookie* find(Address server) const;
  void remember(const KnownCookie& known);
  void forget(Address server);

 private:
  std::optional<wire::FastOpenCookie> give_before(Address client, Address server, Time now);

  FastOpenKeys given_;
  base::RotatingKeys keys_;
  std::vector<KnownCookie> known_;  // oldest first
};

// --- the client

// An active OPEN with text, before its SYN leaves. With a cookie the SYN carries as much of `text` as it can;
// otherwise it asks for a cookie. Returns the number of bytes taken.
std::size_t offer_fast_open(Tcb& tcb, Bytes text, Context& cx);

// Takes the cookie of the server's SYN, ACK.
void learn_cookie(const Tcb& tcb, const Segment& seg, Context& cx);

// Section 4.2.1: the SYN leaves again without text and option, which may be the reason of its loss. Drops the
// server's cookie (section 4.1.3.1: no answer is a negative one).
void fall_back_to_plain_syn(Tcb& tcb, Context& cx);

// Section 4.2.2: sends text of our SYN again if the SYN, ACK did not acknowledge it; the connection is established
// now.
void repeat_text_of_syn(Tcb& tcb, Context& cx);

// --- the server

// Answers the cookie in the peer's SYN, on a connection that has just come from LISTEN. With a valid cookie and
// `may_serve` the connection is served early: its text may be processed at once. A client that asks for a cookie, or
// has a wrong one, gets one in the form of its option (RFC 6994's, older than RFC 7413, or today's).
void answer_fast_open(Tcb& tcb, const Segment& syn, bool may_serve, Context& cx);

}  // namespace tcpstack::tcp
