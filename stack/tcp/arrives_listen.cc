// 3.10.7.2: "If the state is LISTEN". A listener is not a connection here: each SYN makes a TCB of its own, and the
// listener stays.
#include <algorithm>

#include "stack/tcp/arrives.h"
#include "stack/tcp/connection.h"
#include "stack/tcp/receive/window.h"
#include "stack/tcp/reset.h"

namespace tcpstack::tcp {

bool arrives_listen(const Segment& seg, Context& cx) {
  // "First, check for a RST: An incoming RST segment could not be valid ... and should be ignored."
  if (seg.control.rst) {
    cx.dropped(Drop::listen_got_rst);
    return false;
  }
  // "Second, check for an ACK: Any acknowledgment is bad if it arrives on a connection still in the
  // LISTEN state."
  if (seg.control.ack) {
    owe_reset(seg, {"ACK to a listening port", "RFC 9293 3.10.7.2"}, cx);
    cx.dropped(Drop::listen_got_ack);
    return false;
  }
  // "Fourth, other data or control: This should not be reached. Drop the segment." A FIN, NULL or Xmas scan ends
  // here, without an answer.
  if (!seg.control.syn) {
    cx.dropped(Drop::listen_unexpected);
    return false;
  }
  return true;
}

void take_syn(Tcb& tcb, const Segment& seg, Context& cx) {
  // "Third, check for a SYN: ... Set RCV.NXT to SEG.SEQ+1, IRS is set to SEG.SEQ ... ISS should be
  // selected and a SYN segment sent".
  take_options_of_syn(tcb, seg, cx);
  tcb.snd.wnd = scaled_window(tcb, seg);
  tcb.snd.max_wnd = tcb.snd.wnd;
  enter(tcb, State::SYN_RECEIVED, {"SYN to a listening port", "RFC 9293 3.10.7.2"}, cx);
}

void keep_text_of_syn(Tcb& tcb, const Segment& syn, Context& cx) {
  // "Note that any other incoming control or data (combined with SYN) will be processed in the SYN-RECEIVED state":
  // in ESTABLISHED, to be exact, where the seventh step takes text.
  // Departs: RFC 9293 section 3.10.7.2 processes a FIN on the SYN later, too. We drop it, and the peer has to send
  // it again. You can see it: a SYN, FIN gets a SYN, ACK that acknowledges only the SYN.
  const std::size_t room = cx.config.tcp.keep_text_of_syn ? tcb.rcv.wnd : 0;
  const std::size_t kept = std::min<std::size_t>(syn.text.size(), room);
  if (kept < syn.text.size() || syn.control.fin) cx.dropped(Drop::syn_text, &tcb);
  tcb.receive_queue.write_at(0, syn.text.first(kept));
  tcb.kept_syn_text = static_cast<std::uint16_t>(kept);
}

void process_text_of_syn(Tcb& tcb, const Segment& syn, Context& cx) {
  if (syn.control.fin) cx.dropped(Drop::syn_text, &tcb);
  seventh_process_text(tcb, syn, cx);
}

}  // namespace tcpstack::tcp
