#include "stack/tcp/acknowledgment.h"

#include <algorithm>

#include "stack/tcp/agreed/timestamps.h"
#include "stack/tcp/loss/delivery_rate.h"
#include "stack/tcp/loss/rack.h"
#include "stack/tcp/loss/recovery.h"
#include "stack/tcp/loss/rtt.h"
#include "stack/tcp/loss/scoreboard.h"
#include "stack/tcp/receive/window.h"
#include "stack/tcp/send/buffers.h"

namespace tcpstack::tcp {

namespace {

// MUST-18: RFC 6298 section 3, Karn's algorithm: "RTT samples MUST NOT be made using segments that were
// retransmitted", unless the timestamp shows which transmission is acknowledged.
void measure(Tcb& tcb, const Segment& seg, const Delivered& delivered, Context& cx) {
  if (!delivered.any) return;
  if (!delivered.retransmitted) {
    measured(tcb.rtt, cx.now - delivered.newest_sent_at, cx.config.tcp);
  } else if (const auto rtt = echoed_rtt(tcb.ts, seg, cx.now)) {
    measured(tcb.rtt, *rtt, cx.config.tcp);
  }
}

// RFC 6298 (5.2) and RFC 6298 (5.3): stopped if everything is acknowledged, otherwise restarted.
void restart_retransmission_timer(Tcb& tcb, Context& cx) {
  tcb.alarms.stop(AlarmKind::retransmission);
  tcb.alarms.stop(AlarmKind::user_timeout);
  if (tcb.sent.empty()) return;
  tcb.alarms.set(AlarmKind::retransmission, cx.now + tcb.rtt.rto);
  if (tcb.options->user_timeout > Duration::zero()) {
    tcb.alarms.set(AlarmKind::user_timeout, cx.now + tcb.options->user_timeout);
  }
}

// Linux: RFC 9293 leaves it to us when a blocked SEND may continue. The user is woken when a third of the buffer is
// free and less than half of the low-water mark waits to be sent, as in Linux (`sk_stream_write_space`). You can
// see it: a blocked writer continues in large steps. Acknowledgments make the room, or a grown buffer.
void tell_user_of_room(Tcb& tcb) {
  const bool is_full = tcb.send_queue.size() > tcb.send_capacity - tcb.send_capacity / 3;
  const bool is_waiting = not_sent(tcb) > tcb.options->not_sent_low / 2;
  if (!tcb.send_refused || is_full || is_waiting) return;
  tcb.send_refused = false;
  tcb.events.writable = true;
}

// "The sender ... SHOULD NOT time out the connection if data beyond the right window edge is not acknowledged"
// (section 3.8.6, SHLD-17), nor if the window is closed (MUST-37): the peer's segments show that it is alive.
bool is_front_beyond_window(const Tcb& tcb) {
  if (tcb.snd.wnd == 0) return true;
  return !tcb.sent.empty() && tcb.snd.una + tcb.snd.wnd < tcb.sent.front().end();
}

// RFC 5681 section 2: "An acknowledgment is considered a 'duplicate' ... when (a) the receiver of the ACK has
// outstanding data, (b) the incoming acknowledgment carries no data, (c) the SYN and FIN bits are both off, (d)
// the acknowledgment number is equal to the greatest acknowledgment received ... and (e) the advertised window in
// the incoming acknowledgment equals the advertised window in the last incoming acknowledgment."
bool is_duplicate_ack(const Tcb& tcb, const Segment& seg) {
  return !tcb.sent.empty() && seg.len() == 0 && seg.ack == tcb.snd.una &&
         scaled_window(tcb, seg) == tcb.snd.wnd;
}

// Removes acknowledged text from the send buffer.
void release_text(Tcb& tcb) {
  if (tcb.snd.una <= tcb.send_begin) return;
  const std::size_t queued = tcb.send_queue.size();
  const std::size_t text = std::min<std::size_t>(distance(tcb.send_begin, tcb.snd.una), queued);
  tcb.send_queue.discard(text);
  tcb.statistics.make().figures.bytes_acked += text;
  tcb.send_begin += static_cast<std::uint32_t>(text);
}

}  // namespace

void take_acknowledgment(Tcb& tcb, const Segment& seg, Context& cx) {
  const bool is_duplicate = is_duplicate_ack(tcb, seg);
  const bool of_our_syn = tcb.snd.una == tcb.snd.iss;
  const Delivered delivered = deliver(tcb, seg);
  if (of_our_syn && tcb.sent.empty()) tcb.sent.release();  // it may stay idle: keep no memory
  tcb.snd.una = seg.ack;
  tcb.soft_error = Error::none;  // the path works, in spite of an ICMP error
  tcb.window_probes = 0;
  tcb.more_follows = false;  // MSG_MORE holds text back only until an acknowledgment
  measure(tcb, seg, delivered, cx);
  if (delivered.advanced > 0) {
    tcb.retransmissions = 0;
    // RFC 6298 section 5: a backed-off RTO stays until the next measurement. For a lost SYN see (5.7).
    if (of_our_syn && !tcb.rtt.measured) forget_backoff(tcb.rtt, cx.config.tcp);
    restart_retransmission_timer(tcb, cx);
    tcb.snd.up = later(tcb.snd.up, tcb.snd.una);
    release_text(tcb);
  }
  if (!is_synchronized(tcb.state)) return;
  acknowledgment_arrived(tcb, delivered, seg, is_duplicate, cx);
  measure_delivery_rate(tcb, delivered, cx.now);
  grow_send_buffer(tcb, cx);
  tell_user_of_room(tcb);
  if (delivered.any) schedule_tail_loss_probe(tcb, cx);
}

bool is_ack_in_range(const Tcb& tcb, const Segment& seg) {
  return tcb.snd.una - tcb.snd.max_wnd <= seg.ack && seg.ack <= tcb.snd.nxt;
}

// Linux: RFC 9293 section 3.10.7.4 (fifth) ignores an ACK below SND.UNA. We read its SACK blocks, as Linux does
// (`tcp_ack`): an overtaken ACK may report segments that no other reports. You can see it: such a segment is not
// sent again.
void take_old_acknowledgment(Tcb& tcb, const Segment& seg, Context& cx) {
  if (!tcb.sack_permitted || seg.options.sack.empty()) return;
  const Delivered delivered = deliver(tcb, seg);
  if (!delivered.any) return;
  acknowledgment_arrived(tcb, delivered, seg, false, cx);
  schedule_tail_loss_probe(tcb, cx);
}

void update_send_window(Tcb& tcb, const Segment& seg, Context& cx) {
  if (tcb.snd.una > seg.ack || seg.ack > tcb.snd.nxt) return;
  const bool newer = tcb.snd.wl1 < seg.seq || (tcb.snd.wl1 == seg.seq && tcb.snd.wl2 <= seg.ack);
  if (!newer) return;
  const bool was_closed = tcb.snd.wnd == 0;
  tcb.snd.wnd = scaled_window(tcb, seg);
  tcb.snd.max_wnd = std::max(tcb.snd.max_wnd, tcb.snd.wnd);
  tcb.snd.wl1 = seg.seq;
  tcb.snd.wl2 = seg.ack;
  if (is_front_beyond_window(tcb)) tcb.retransmissions = 0;
  if (was_closed && tcb.snd.wnd > 0) {
    tcb.alarms.stop(AlarmKind::persist);
    forget_backoff(tcb.rtt, cx.config.tcp);
    // The probe of the closed window was not taken: it leaves again, now with more text.
    if (!tcb.sent.empty()) mark_lost(tcb, tcb.sent.front());
  }
}

}  // namespace tcpstack::tcp
