#include "stack/tcp/loss/scoreboard.h"

#include <algorithm>

namespace tcpstack::tcp {

namespace {

// RFC 8985 section 6.2 step 3. In a connection that has sent nothing but our SYN, there is no RACK yet.
void note_order(Tcb& tcb, const Sent& record, AckNews& news) {
  Sender* const sender = tcb.sender.get();
  if (sender == nullptr || !sender->rack.note_order(record, tcb.snd.smss)) return;
  if (!news.reordered) ++tcb.statistics.make().figures.reorderings;
  news.reordered = true;
}

bool is_newest(const Sent& record, const AckNews& news) {
  return !news.newest ||
         is_sent_after(record.sent_at, record.end(), news.newest->sent_at, news.newest->end());
}

// Takes note of one record that is newly delivered.
void deliver(Tcb& tcb, const Sent& record, AckNews& news) {
  note_order(tcb, record, news);
  if (record.text_size() > 0) ++tcb.statistics.make().figures.delivered;
  if (record.retransmitted()) {
    news.retransmitted = true;
  } else {
    news.original_end = news.original_end ? later(*news.original_end, record.end()) : record.end();
  }
  if (is_newest(record, news)) news.newest = record;
}

void acknowledge_oldest(Tcb& tcb, AckNews& news) {
  const Sent& record = tcb.flight.front();
  if (!record.sacked) {
    deliver(tcb, record, news);
    news.acknowledged += record.len;
  }
  news.advanced += record.len;
  news.segments += record.segments();
  tcb.flight.pop_front();
}

// Up to SEG.ACK, which may lie inside a record.
void acknowledge(Tcb& tcb, AckNews& news) {
  Flight& flight = tcb.flight;
  while (!flight.empty() && flight.front().seq < news.ack) {
    if (news.ack < flight.front().end()) flight.cut(0, news.ack);
    acknowledge_oldest(tcb, news);
  }
}

// One block, which may begin and end inside records. A segment counts if the block names all of it. Requires left < right.
// Linux: RFC 2018 lets a block name any bytes. A part of a segment is not SACKed, as in Linux (`tcp_match_skb_to_sack`): a
// receiver has segments, and blocks of single bytes would make a record of each. You can see it: the segment is sent
// again as a whole.
void sack(Tcb& tcb, Seq left, Seq right, AckNews& news) {
  Flight& flight = tcb.flight;
  std::size_t i = flight.first_unsacked(flight.index_of(left));
  if (i < flight.size() && flight[i].seq < left) {
    const Seq begin = flight[i].segment_begin_from(left);
    if (begin < flight[i].segment_end_to(right)) flight.cut(i, begin);
    i = flight.first_unsacked(i + 1);
  }
  for (; i < flight.size() && flight[i].seq < right; i = flight.first_unsacked(i + 1)) {
    const Seq end = flight[i].segment_end_to(right);
    if (end == flight[i].seq) return;
    if (end < flight[i].end()) flight.cut(i, end);
    deliver(tcb, flight[i], news);
    news.sacked += flight[i].len;
    flight.sack(i);
  }
}

// RFC 2883 section 4: the first block lies below SEG.ACK, or inside the second block.
bool reports_duplicate(const wire::SackBlocks& blocks, Seq ack) {
  if (blocks.empty()) return false;
  const Seq left(blocks[0].left);
  const Seq right(blocks[0].right);
  if (right <= left) return false;
  if (right <= ack) return true;
  return blocks.size() > 1 && Seq(blocks[1].left) <= left && right <= Seq(blocks[1].right);
}

// The blocks that say something of what is in flight, in order. RFC 2018 section 3: a block lies beyond SEG.ACK.
using Blocks = boost::container::static_vector<SeqRange, 4>;
Blocks blocks_in_order(const Tcb& tcb, const wire::SackBlocks& blocks, Seq ack) {
  Blocks sorted;
  for (const wire::SackBlock& block : blocks) {
    if (Seq(block.left) < ack) continue;
    const SeqRange range{later(Seq(block.left), tcb.snd.una), Seq(block.right)};
    if (range.end <= range.begin || tcb.snd.nxt < range.end) continue;
    auto place = sorted.end();
    while (place != sorted.begin() && range.begin < (place - 1)->begin) --place;
    sorted.insert(place, range);
  }
  return sorted;
}

}  // namespace

void credit(Tcb& tcb, const wire::SackBlocks& blocks, AckNews& news) {
  acknowledge(tcb, news);
  if (!tcb.sack_permitted) return;
  if (reports_duplicate(blocks, news.ack)) {
    news.d_sack = SeqRange{Seq(blocks[0].left), Seq(blocks[0].right)};
    ++tcb.statistics.make().figures.d_sacks;
  }
  if (blocks.empty()) return;
  // RFC 8985 section 6.2 step 3: "in ascending order of sequence", or the second of two new blocks looks overtaken.
  for (const SeqRange& block : blocks_in_order(tcb, blocks, news.ack))
    sack(tcb, block.begin, block.end, news);
}

void lose_oldest(Tcb& tcb) {
  Recovery& recovery = make_sender(tcb).recovery;
  if (tcb.flight.front().syn && recovery.lost_syns < 0xff) ++recovery.lost_syns;
  tcb.flight.lose(0);
}

}  // namespace tcpstack::tcp
