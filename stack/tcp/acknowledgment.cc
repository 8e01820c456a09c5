#include "stack/tcp/acknowledgment.h"

#include <algorithm>

#include "stack/tcp/agreed/timestamps.h"
#include "stack/tcp/loss/rack_tlp.h"
#include "stack/tcp/loss/recovery.h"
#include "stack/tcp/loss/retransmission_timer.h"
#include "stack/tcp/loss/rtt.h"
#include "stack/tcp/loss/scoreboard.h"
#include "stack/tcp/receive/window.h"
#include "stack/tcp/send/acceptable_seq.h"
#include "stack/tcp/send/buffers.h"

namespace tcpstack::tcp {

namespace {

// MUST-18: RFC 6298 section 3, Karn's algorithm: "RTT samples MUST NOT be made using segments that were
// retransmitted", unless the timestamp tells which transmission is meant.
void measure(Tcb& tcb, const Segment& seg, const AckNews& news, Context& cx) {
  if (!news.newest) return;
  if (!news.retransmitted) {
    measured(tcb.rtt, cx.now - news.newest->sent_at, cx.config.tcp);
  } else if (const auto rtt = echoed_rtt(tcb.ts, seg, cx.now)) {
    measured(tcb.rtt, *rtt, cx.config.tcp);
  }
}

// "The sender ... SHOULD NOT time out the connection if data beyond the right window edge is not acknowledged"
// (section 3.8.6, SHLD-17), nor if the window is closed (MUST-37): the peer's segments show that it is alive.
bool is_front_beyond_window(const Tcb& tcb) {
  if (tcb.snd.wnd == 0) return true;
  return !tcb.flight.empty() && tcb.snd.una + tcb.snd.wnd < tcb.flight.front().end();
}

// RFC 5681 section 2: "An acknowledgment is considered a 'duplicate' ... when (a) the receiver of the ACK has
// outstanding data, (b) the incoming acknowledgment carries no data, (c) the SYN and FIN bits are both off, (d)
// the acknowledgment number is equal to the greatest acknowledgment received ... and (e) the advertised window in
// the incoming acknowledgment equals the advertised window in the last incoming acknowledgment."
bool is_duplicate_ack(const Tcb& tcb, const Segment& seg) {
  return !tcb.flight.empty() && seg.len() == 0 && seg.ack == tcb.snd.una &&
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

// What the segment itself says, for loss recovery.
AckNews read(const Tcb& tcb, const Segment& seg) {
  AckNews news{.ack = seg.ack,
               .duplicate = is_duplicate_ack(tcb, seg),
               .echoes_congestion = tcb.ecn.ok && seg.control.ece && tcb.snd.una <= seg.ack,
               .has_sack = tcb.sack_permitted};
  if (tcb.ts.ok && seg.options.timestamps) news.echo = seg.options.timestamps->echo_reply;
  return news;
}

// A figure for observers (delivery_rate.h), and for an algorithm that models the path.
void measure_delivery_rate(Tcb& tcb, const AckNews& news, Time now) {
  if (!news.newest || news.newest->text_size() == 0) return;
  Sender& sender = sender_of(tcb);
  const std::uint64_t rate = tcb.statistics.make().delivery.measure(news, sender.rack.min_rtt, now);
  if (rate == 0) return;
  sender.congestion->sampled(sender.recovery.window, {.now = now,
                                                      .rate = rate,
                                                      .delivered = news.delivered(),
                                                      .in_flight = tcb.flight.pipe(),
                                                      .rtt = now - news.newest->sent_at,
                                                      .app_limited = news.newest->app_limited});
}

}  // namespace

void accept_ack(Tcb& tcb, const Segment& seg, Context& cx) {
  const bool of_our_syn = tcb.snd.una == tcb.snd.iss;
  AckNews news = read(tcb, seg);
  credit(tcb, seg.options.sack, news);
  if (of_our_syn && tcb.flight.empty()) tcb.flight.release();  // no memory for what may stay idle
  tcb.snd.una = seg.ack;
  tcb.soft_error = Error::none;  // the path works, in spite of an ICMP error
  tcb.window_probes = 0;
  tcb.more_follows = false;  // MSG_MORE holds text back only until an acknowledgment
  measure(tcb, seg, news, cx);
  if (news.advanced > 0) {
    tcb.retransmissions = 0;
    if (of_our_syn) retransmission_timer::syn_acknowledged(tcb, cx.config.tcp);
    retransmission_timer::acknowledged(tcb, cx.now);
    tcb.snd.up = later(tcb.snd.up, tcb.snd.una);
    release_text(tcb);
  }
  if (!is_synchronized(tcb.state)) return;
  recover(tcb, news, cx);
  measure_delivery_rate(tcb, news, cx.now);
  grow_send_buffer(tcb, cx);
  tell_user_of_room(tcb);
  if (news.newest) schedule_tail_loss_probe(tcb, cx);
}

// Linux: RFC 9293 section 3.10.7.4 (fifth) ignores an ACK below SND.UNA. We read its SACK blocks, as Linux does
// (`tcp_ack`): an overtaken ACK may report segments, or duplicates, that no other reports. You can see it: such a segment
// is not sent again.
void accept_old_ack(Tcb& tcb, const Segment& seg, Context& cx) {
  if (!tcb.sack_permitted || seg.options.sack.empty()) return;
  AckNews news = read(tcb, seg);
  credit(tcb, seg.options.sack, news);
  if (!news.newest && !news.d_sack) return;
  recover(tcb, news, cx);
  schedule_tail_loss_probe(tcb, cx);
}

void update_send_window(Tcb& tcb, const Segment& seg, Context& cx) {
  if (tcb.snd.una > seg.ack || seg.ack > tcb.snd.nxt) return;
  // Departs: RFC 9293 section 3.10.7.4 (fifth) keeps the window when a segment older than SND.WL1 moves SND.UNA. We take
  // its window, as Linux does (`tcp_may_update_window`): the peer has sent it after all that acknowledge less, and the
  // old window would reach farther than the peer has said. You can see it: after such an ACK SND.UNA + SND.WND is what
  // it says.
  const bool newer = tcb.snd.wl2 < seg.ack || tcb.snd.wl1 <= seg.seq;
  if (!newer) return;
  const bool was_closed = tcb.snd.wnd == 0;
  const bool was_probing = is_probing(tcb);
  tcb.snd.wnd = scaled_window(tcb, seg);
  tcb.snd.max_wnd = std::max(tcb.snd.max_wnd, tcb.snd.wnd);
  tcb.snd.wl1 = seg.seq;
  tcb.snd.wl2 = seg.ack;
  if (is_front_beyond_window(tcb)) tcb.retransmissions = 0;
  if (was_closed && tcb.snd.wnd > 0) {
    tcb.alarms.stop(AlarmKind::persist);
    forget_backoff(tcb.rtt, cx.config.tcp);
    // What probed the closed window was not taken: it goes out again, now with company. Text that left before the window
    // closed has arrived, or its timer runs.
    if (was_probing) lose_oldest(tcb);
  }
}

}  // namespace tcpstack::tcp
