#include "stack/tcp/agreed/ecn.h"

namespace tcpstack::tcp {

void take_ecn_of_syn(Tcb& tcb, const Segment& seg, const TcpConfig& config) {
  const wire::ControlBits& control = seg.control;
  const bool setup_syn = control.ece && control.cwr;       // "an ECN-setup SYN packet"
  const bool setup_syn_ack = control.ece && !control.cwr;  // "an ECN-setup SYN-ACK packet"
  if (control.ack) {
    tcb.ecn.ok = tcb.ecn.ok && setup_syn_ack;
  } else {
    tcb.ecn.ok = config.ecn != EcnMode::off && setup_syn;
  }
}

void set_ecn_bits(Tcb& tcb, const NextSegment& next, wire::ControlBits& control) {
  Ecn& ecn = tcb.ecn;
  if (!ecn.ok) return;
  if (next.syn) {
    control.ece = true;
    control.cwr = tcb.state == State::SYN_SENT;
    return;
  }
  control.ece = ecn.echo;
  if (ecn.cwr_owed && next.text_size > 0 && !next.retransmission) {
    control.cwr = true;
    ecn.cwr_owed = false;
  }
}

// ECT(0) on new text only: not on a pure ACK (RFC 3168 6.1.4), a retransmission (RFC 3168 6.1.5) or a window probe.
wire::Ecn codepoint(const Tcb& tcb, const NextSegment& next) {
  const bool new_text = next.text_size > 0 && !next.retransmission && !next.probe && !next.syn;
  return tcb.ecn.ok && new_text ? wire::Ecn::ect0 : wire::Ecn::not_ect;
}

// RFC 3168 section 6.1.3
void text_with_codepoint_arrives(Tcb& tcb, const Segment& seg) {
  Ecn& ecn = tcb.ecn;
  if (!ecn.ok) return;
  if (seg.control.cwr) ecn.echo = false;
  // "The TCP receiver ... continues to set the ECN-Echo flag until it receives a CWR packet". If that packet is
  // marked itself, a new echo begins.
  if (seg.ecn == wire::Ecn::ce) ecn.echo = true;
}

bool is_congestion_echoed(const Tcb& tcb, const Segment& seg) {
  const Ecn& ecn = tcb.ecn;
  if (!ecn.ok || !seg.control.ece || seg.control.syn || seg.ack < tcb.snd.una) return false;
  // "TCP should not react to congestion indications more than once every window of data."
  return !ecn.reduced || tcb.snd.una > ecn.reduced_until;
}

void window_is_reduced(Tcb& tcb) {
  tcb.ecn.cwr_owed = true;
  tcb.ecn.reduced = true;
  tcb.ecn.reduced_until = tcb.snd.nxt;
}

}  // namespace tcpstack::tcp
