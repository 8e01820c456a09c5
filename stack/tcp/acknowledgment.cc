#include "stack/tcp/acknowledgment.h"

#include <algorithm>

#include "stack/tcp/rtt.h"
#include "stack/tcp/timestamps.h"
#include "stack/tcp/window.h"

namespace tcpstack::tcp {

namespace {

// RFC 6298 section 3, Karn's algorithm: "RTT samples MUST NOT be made using segments that were
// retransmitted", unless the timestamp tells which transmission is meant.
void measure(Tcb& tcb, const Segment& seg, const Acknowledged& acknowledged, Context& cx) {
  if (!acknowledged.retransmitted) {
    measured(tcb.rtt, cx.now - acknowledged.newest_sent_at, cx.config.tcp);
  } else if (const auto rtt = echoed_rtt(tcb.ts, seg, cx.now)) {
    measured(tcb.rtt, *rtt, cx.config.tcp);
  }
}

// RFC 6298 (5.2) and (5.3): stopped when all is acknowledged, else restarted.
void restart_retransmission_timer(Tcb& tcb, Context& cx) {
  tcb.alarms.stop(AlarmKind::retransmission);
  if (!tcb.sent.empty()) tcb.alarms.set(AlarmKind::retransmission, cx.now + tcb.rtt.rto);
}

// Linux: a blocked user is woken when a third of the buffer is free.
void tell_user_of_room(Tcb& tcb, std::size_t queued_before) {
  const std::size_t threshold = tcb.send_capacity - tcb.send_capacity / 3;
  if (queued_before > threshold && tcb.send_queue.size() <= threshold) tcb.events.writable = true;
}

}  // namespace

void take_acknowledgment(Tcb& tcb, const Segment& seg, Context& cx) {
  const Acknowledged acknowledged = acknowledge(tcb.sent, seg.ack);
  tcb.snd.una = seg.ack;
  tcb.retransmissions = 0;
  forget_backoff(tcb.rtt, cx.config.tcp);
  measure(tcb, seg, acknowledged, cx);
  restart_retransmission_timer(tcb, cx);

  if (seg.ack > tcb.send_begin) {
    const std::size_t queued = tcb.send_queue.size();
    const std::size_t text = std::min<std::size_t>(distance(tcb.send_begin, seg.ack), queued);
    tcb.send_queue.discard(text);
    tcb.send_begin += static_cast<std::uint32_t>(text);
    tell_user_of_room(tcb, queued);
  }
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
  // A peer that answers probes is alive, however long it keeps its window closed (MUST-37).
  if (tcb.snd.wnd == 0) tcb.retransmissions = 0;
  if (was_closed && tcb.snd.wnd > 0) {
    tcb.alarms.stop(AlarmKind::persist);
    forget_backoff(tcb.rtt, cx.config.tcp);
    // What probed the closed window was not taken: it goes out again, now with company.
    if (!tcb.sent.empty()) tcb.sent.front().lost = true;
  }
}

}  // namespace tcpstack::tcp
