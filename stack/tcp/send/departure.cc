#include "stack/tcp/send/departure.h"

#include <algorithm>
#include <cassert>

#include "stack/tcp/loss/cwnd.h"
#include "stack/tcp/loss/rack_tlp.h"
#include "stack/tcp/loss/retransmission_timer.h"
#include "stack/tcp/receive/ack_policy.h"
#include "stack/tcp/send/pacing.h"

namespace tcpstack::tcp {

namespace {

// A super-segment counts as the segments that it becomes.
void count_segments(Tcb& tcb, const NextSegment& next) {
  const std::uint32_t smss = tcb.snd.smss;
  const std::uint32_t segments = std::max((next.text_size + smss - 1) / smss, 1U);
  tcb.segments_out += segments;
  if (next.text_size == 0) return;
  Figures& figures = tcb.statistics.make().figures;
  figures.data_segments_out += segments;
  figures.bytes_sent += next.text_size;
}

void count_retransmission(Tcb& tcb, const NextSegment& next, Context& cx) {
  Figures& figures = tcb.statistics.make().figures;
  ++figures.retransmitted;
  figures.bytes_retransmitted += next.text_size;
  ++cx.counters.segments_retransmitted;
}

// Moves SND.NXT.
Sent& record_new(Tcb& tcb, const NextSegment& next, const wire::ControlBits& control, Time now) {
  assert(next.seq == tcb.snd.nxt);
  tcb.snd.nxt += next.len();
  tcb.fin_sent |= next.fin;
  return tcb.flight.sent({.seq = next.seq,
                          .len = next.len(),
                          .sent_at = now,
                          .segment_size = next.segment_size,
                          .transmissions = 1,
                          .syn = next.syn,
                          .fin = next.fin,
                          .pushed = control.psh});
}

// Nagle's algorithm and the delayed acknowledgment want to know of new text. SND.UNA takes small_end along, so that it
// stays comparable.
void note_new_text(Tcb& tcb, const NextSegment& next, Context& cx) {
  tcb.snd.small_end = next.text_size < tcb.snd.smss ? next.seq + next.text_size
                                                    : later(tcb.snd.small_end, tcb.snd.una);
  if (cx.now - tcb.ack.last_text < cx.config.tcp.delayed_ack) tcb.ack.interactive = true;
}

const Sent& record(Tcb& tcb, const NextSegment& next, const wire::ControlBits& control,
                   Context& cx) {
  const std::uint32_t pipe = tcb.flight.pipe();
  Sent& sent = next.retransmission ? tcb.flight.sent_again(next.seq, next.len(), cx.now)
                                   : record_new(tcb, next, control, cx.now);
  if (next.text_size > 0) tcb.statistics.make().delivery.stamp(sent, pipe, cx.now);
  return sent;
}

}  // namespace

void segment_leaves(Tcb& tcb, const NextSegment& next, const wire::ControlBits& control,
                    Context& cx) {
  count_segments(tcb, next);
  if (control.ack) ack_is_sent(tcb, next.len() == 0);
  if (next.len() == 0) return;
  const Sent& sent = record(tcb, next, control, cx);
  if (next.retransmission) count_retransmission(tcb, next, cx);
  if (next.text_size > 0 && !next.retransmission) note_new_text(tcb, next, cx);
  if (next.text_size > 0) text_left(tcb, next.text_size, cx);
  segment_sent(tcb, sent, cx);
  retransmission_timer::text_sent(tcb, cx.now);
  if (next.retransmission && next.seq == tcb.snd.una)
    retransmission_timer::oldest_sent_again(tcb, cx.now);
  if (!next.retransmission) schedule_tail_loss_probe(tcb, cx);
}

}  // namespace tcpstack::tcp
