// Explicit Congestion Notification, RFC 3168 (SHLD-8): routers mark packets (CE) instead of dropping them. The
// receiver echoes the mark (ECE) until the sender has reduced its window and reports it (CWR).
//
// A leaf: it knows numbers and bits, no TCB. The course reports what arrives, send/emit.h what leaves, and
// loss/recovery.h when the window is reduced.
#pragma once

#include <cstdint>

#include "stack/config.h"
#include "stack/tcp/seq.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace tcpstack::tcp {

struct Ecn {
  bool ok = false;        // both ends want it
  bool echo = false;      // a mark has come: ECE until the peer's CWR
  bool cwr_owed = false;  // the window was reduced: the next new text says so
};

// What a segment of ours carries, as far as RFC 3168 asks.
enum class Load : std::uint8_t {
  syn,
  nothing_new,  // no text, or text that is sent again
  probe,        // new text into a closed window
  new_text,
};

// Section 6.1.1: takes the offer, or the answer to our offer, in the peer's SYN. `offered`: our SYN was an ECN-setup SYN.
// A SYN with ECE and CWR is acceptable even if we do not want ECN.
void take_ecn_of_syn(Ecn& ecn, bool offered, const wire::ControlBits& syn, EcnMode mode);

// Section 6.1.1: makes an ECN-setup SYN of a SYN, an ECN-setup SYN-ACK of a SYN, ACK.
void set_ecn_setup(wire::ControlBits& syn);

// Sets ECE and CWR of a segment without SYN that is about to leave, and remembers that CWR has left.
void set_ecn_bits(Ecn& ecn, Load load, wire::ControlBits& control);

// Sections 6.1.1 to 6.1.6: the codepoint of a segment's packet. Only new text gets ECT(0): not a SYN, an ACK
// without text, a retransmission or a window probe.
wire::Ecn codepoint(const Ecn& ecn, Load load);

// Section 6.1.3: acceptable text has arrived with these bits, in a packet with this codepoint.
void text_with_codepoint_arrives(Ecn& ecn, const wire::ControlBits& control, wire::Ecn codepoint);

// Section 6.1.2: the window has been reduced, by an echo, by fast retransmit or by a timeout. The peer gets one CWR.
void window_is_reduced(Ecn& ecn);

}  // namespace tcpstack::tcp
