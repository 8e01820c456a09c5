#include "stack/tcp/agreed/ecn.h"

namespace tcpstack::tcp {

void take_ecn_of_syn(Ecn& ecn, bool offered, const wire::ControlBits& syn, EcnMode mode) {
  const bool setup_syn = syn.ece && syn.cwr;       // "an ECN-setup SYN packet"
  const bool setup_syn_ack = syn.ece && !syn.cwr;  // "an ECN-setup SYN-ACK packet"
  if (syn.ack) {
    ecn.ok = offered && setup_syn_ack;
  } else {
    ecn.ok = mode != EcnMode::off && setup_syn;
  }
}

void set_ecn_setup(wire::ControlBits& syn) {
  syn.ece = true;
  syn.cwr = !syn.ack;
}

void set_ecn_bits(Ecn& ecn, Load load, wire::ControlBits& control) {
  if (!ecn.ok) return;
  control.ece = ecn.echo;
  if (ecn.cwr_owed && load != Load::nothing_new) {
    control.cwr = true;
    ecn.cwr_owed = false;
  }
}

// ECT(0) on new text only: not on a pure ACK (RFC 3168 6.1.4), a retransmission (RFC 3168 6.1.5) or a window probe.
wire::Ecn codepoint(const Ecn& ecn, Load load) {
  return ecn.ok && load == Load::new_text ? wire::Ecn::ect0 : wire::Ecn::not_ect;
}

// RFC 3168 section 6.1.3
void text_with_codepoint_arrives(Ecn& ecn, const wire::ControlBits& control, wire::Ecn codepoint) {
  if (!ecn.ok) return;
  if (control.cwr) ecn.echo = false;
  // "The TCP receiver ... continues to set the ECN-Echo flag until it receives a CWR packet". If that packet is
  // marked itself, a new echo begins.
  if (codepoint == wire::Ecn::ce) ecn.echo = true;
}

void window_is_reduced(Ecn& ecn) { ecn.cwr_owed = true; }

}  // namespace tcpstack::tcp
