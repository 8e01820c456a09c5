// TCP Fast Open, RFC 7413: text on the SYN, and an answer to it before the handshake is over.
//
// A cookie proves that its holder has been reached at its address before. The client asks for one with a SYN;
// its next SYN brings it back, together with text, which the server then takes at once. Without a valid cookie
// all that is lost is a round trip: the handshake goes on as always, and the text follows it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "stack/base/keyed_hash.h"
#include "stack/context.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/tcb.h"
#include "stack/wire/address.h"
#include "stack/wire/tcp_options.h"

namespace tcpstack::tcp {

// Those that we give to clients, and those that servers have given us.
class FastOpenCookies {
 public:
  explicit FastOpenCookies(const base::KeyedHash& hash) : hash_(hash) {}

  // Section 4.1.2: the one cookie that `client` gets, and has to return: 8 bytes that nobody else can compute.
  // Linux: RFC 7413 leaves the function to us. It is SipHash-2-4 of both addresses, as in Linux
  // (`tcp_fastopen_cookie_gen`), so that the same key gives the same cookie. You can see it: a client can bring a
  // cookie from Linux to us.
  [[nodiscard]] wire::FastOpenCookie give(Address client, Address server) const;

  // Section 4.1.3: "the client MUST cache cookies from servers", and their MSS, because a SYN with text leaves
  // before the server's SYN. At most kMostServers entries; a new one replaces the oldest.
  struct Known {
    Address server;
    wire::FastOpenCookie cookie;
    std::uint16_t mss = 0;
    bool experimental = false;  // the form of the server's option
  };
  static constexpr std::size_t kMostServers = 1024;
  [[nodiscard]] const Known* find(Address server) const;
  void remember(const Known& known);
  void forget(Address server);

 private:
  base::KeyedHash hash_;
  std::vector<Known> known_;  // oldest first
};

// --- the client

// An active OPEN with text, before its SYN is sent: with a cookie as much of `text` as a SYN can carry goes along,
// else the SYN asks for one. Returns the bytes that were taken.
std::size_t offer_fast_open(Tcb& tcb, Bytes text, Context& cx);

// A cookie that the server's SYN, ACK brings.
void learn_cookie(const Tcb& tcb, const Segment& seg, Context& cx);

// Section 4.2.1: our SYN is sent again, for what may be the fault of its text or its option: without them. The
// server's cookie is forgotten (section 4.1.3.1: no answer is a negative one).
void fall_back_to_plain_syn(Tcb& tcb, Context& cx);

// Section 4.2.2: text of our SYN that was not acknowledged with it is sent again, now that the connection is
// established.
void repeat_text_of_syn(Tcb& tcb, Context& cx);

// --- the server

// The peer's SYN on a connection that has just come from LISTEN: its text is taken if it has a valid cookie and
// `may_serve`; a cookie is given to who asks for one, or has a wrong one, in the form of the question (RFC 6994's, of
// before RFC 7413, or that of today).
void answer_fast_open(Tcb& tcb, const Segment& syn, bool may_serve, Context& cx);

// In SYN_RECEIVED, and the user may already have the text of the SYN and answer it (section 4.2.2).
bool is_served_early(const Tcb& tcb);

}  // namespace tcpstack::tcp
