#include "stack/tcp/loss/scoreboard.h"

#include <algorithm>

#include "stack/tcp/loss/rack.h"

namespace tcpstack::tcp {

namespace {

// RFC 8985 section 6.2 step 3: an original arrives after a segment that was sent later.
// Linux: RFC 8985 needs no distance. We keep the largest one in segments, at most 300, for observers, as Linux does
// (`tcp_check_sack_reordering`). You can see it: `reordering` in the figures of a connection.
void note_reordering(Tcb& tcb, Delivered& delivered, const Sent& record) {
  Rack& rack = sender_of(tcb).rack;
  if (record.retransmitted() || record.end() >= rack.fack) return;
  constexpr std::uint32_t kMost = 300;
  const std::uint32_t smss = tcb.snd.smss;
  const std::uint32_t segments = (distance(record.seq, rack.fack) + smss - 1) / smss;
  rack.reordering =
      std::max(rack.reordering, static_cast<std::uint16_t>(std::min(segments, kMost)));
  if (!delivered.reordered) ++tcb.statistics.make().figures.reorderings;
  delivered.reordered = true;
}

void leave_pipe(Tcb& tcb, Delivered& delivered, const Sent& record) {
  Sender& sender = sender_of(tcb);
  if (record.in_flight()) sender.recovery.pipe -= record.len;
  note_reordering(tcb, delivered, record);
  sender.rack.fack = later(sender.rack.fack, record.end());
}

// Takes note of one segment that has arrived: in a connection that has sent nothing else, our SYN.
void count(Tcb& tcb, Delivered& delivered, const Sent& record) {
  if (tcb.sender.is_made()) leave_pipe(tcb, delivered, record);
  delivered.retransmitted |= record.retransmitted();
  if (record.text_size() > 0) ++tcb.statistics.make().figures.delivered;
  if (!record.retransmitted()) {
    delivered.original_end =
        delivered.original ? later(delivered.original_end, record.end()) : record.end();
    delivered.original = true;
  }
  if (!delivered.any ||
      is_sent_after(record.sent_at, record.end(), delivered.newest_sent_at, delivered.newest_end)) {
    delivered.newest_sent_at = record.sent_at;
    delivered.newest_end = record.end();
    delivered.newest_retransmitted = record.retransmitted();
    delivered.newest = record;
  }
  delivered.any = true;
}

void take_front(Tcb& tcb, Delivered& delivered) {
  const Sent& record = tcb.sent.front();
  if (record.sacked) {
    sender_of(tcb).recovery.sacked -= record.len;
  } else {
    count(tcb, delivered, record);
    delivered.acknowledged += record.len;
  }
  delivered.advanced += record.len;
  tcb.sent.pop_front();
}

void deliver_cumulatively(Tcb& tcb, Seq ack, Delivered& delivered) {
  while (!tcb.sent.empty() && tcb.sent.front().end() <= ack) take_front(tcb, delivered);
  if (!tcb.sent.empty() && tcb.sent.front().seq < ack) {
    split(tcb.sent, 0, ack);
    take_front(tcb, delivered);
  }
}

void mark_sacked(Tcb& tcb, Sent& record, Delivered& delivered) {
  if (record.sacked) return;
  count(tcb, delivered, record);
  delivered.sacked += record.len;
  sender_of(tcb).recovery.sacked += record.len;
  record.sacked = true;
  record.lost = false;
}

// Requires una <= left < right <= SND.NXT. A block may cut a record at either end.
void deliver_block(Tcb& tcb, Seq left, Seq right, Delivered& delivered) {
  std::size_t i = index_of(tcb.sent, left);
  if (i == tcb.sent.size()) return;
  if (!tcb.sent[i].sacked && tcb.sent[i].seq < left) split(tcb.sent, i++, left);
  for (; i < tcb.sent.size() && tcb.sent[i].seq < right; ++i) {
    if (!tcb.sent[i].sacked && right < tcb.sent[i].end()) split(tcb.sent, i, right);
    mark_sacked(tcb, tcb.sent[i], delivered);
  }
}

// RFC 2883 section 4: the first block lies below SEG.ACK, or inside the second block.
bool is_d_sack(const Segment& seg) {
  const auto& blocks = seg.options.sack;
  if (blocks.empty()) return false;
  const Seq left(blocks[0].left);
  const Seq right(blocks[0].right);
  if (right <= seg.ack) return left < right;
  return blocks.size() > 1 && Seq(blocks[1].left) <= left && right <= Seq(blocks[1].right);
}

}  // namespace

Delivered deliver(Tcb& tcb, const Segment& seg) {
  Delivered delivered;
  deliver_cumulatively(tcb, seg.ack, delivered);
  if (!tcb.sack_permitted) return delivered;
  delivered.d_sack = is_d_sack(seg);
  if (delivered.d_sack) {
    delivered.d_sack_end = Seq(seg.options.sack[0].right);
    ++tcb.statistics.make().figures.d_sacks;
  }
  for (const wire::SackBlock& block : seg.options.sack) {
    const Seq left = later(Seq(block.left), later(tcb.snd.una, seg.ack));
    const Seq right(block.right);
    if (left < right && right <= tcb.snd.nxt) deliver_block(tcb, left, right, delivered);
  }
  return delivered;
}

void mark_lost(Tcb& tcb, Sent& record) {
  if (!record.in_flight()) return;
  sender_of(tcb).recovery.pipe -= record.len;
  record.lost = true;
}

bool has_lost(const Tcb& tcb) {
  if (!tcb.sender.is_made()) return false;
  const Recovery& recovery = tcb.sender->recovery;
  return recovery.pipe + recovery.sacked != distance(tcb.snd.una, tcb.snd.nxt);
}

void forget_sacks(Tcb& tcb) {
  sender_of(tcb).recovery.sacked = 0;
  for (std::size_t i = 0; i < tcb.sent.size(); ++i) {
    Sent& record = tcb.sent[i];
    if (record.sacked) record.lost = true;  // out of the pipe either way
    record.sacked = false;
  }
}

}  // namespace tcpstack::tcp
