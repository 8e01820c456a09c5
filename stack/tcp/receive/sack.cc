#include "stack/tcp/receive/sack.h"

#include <algorithm>

namespace tcpstack::tcp {

namespace {

constexpr std::size_t kMostReports =
    64;  // of duplicates that wait: no more than a batch of segments brings

using Range = base::RangeSet<Seq>::Range;

wire::SackBlock block_of(const Range& range) { return {range.begin.number(), range.end.number()}; }

// Adds a block unless it is there, behind the duplicate's, or there is no room.
void add(wire::SackBlocks& blocks, std::size_t room, bool behind_d_sack, const Range& range) {
  const wire::SackBlock block = block_of(range);
  const auto first = blocks.begin() + (behind_d_sack ? 1 : 0);
  if (blocks.size() < room && std::find(first, blocks.end(), block) == blocks.end())
    blocks.push_back(block);
}

// The first part of [left, right) that is held beyond a hole; empty if there is none.
Range held_part(const Tcb& tcb, Seq left, Seq right) {
  for (const auto& range : tcb.out_of_order->held) {
    if (range.end > left && range.begin < right)
      return {later(left, range.begin), earlier(right, range.end)};
  }
  return {left, left};
}

// The peer's FIN has a sequence number, and waits beyond a hole like text.
bool fin_waits(const Tcb& tcb) { return tcb.fin && *tcb.fin > tcb.rcv.nxt; }

Range with_fin(const Tcb& tcb, const Range& text) {
  const bool is_next = fin_waits(tcb) && *tcb.fin == text.end;
  return {text.begin, text.end + (is_next ? 1U : 0U)};
}

// Requires: fin_waits().
Range block_of_fin(const Tcb& tcb) {
  const auto* const text = tcb.out_of_order->held.find(*tcb.fin - 1U);
  return {text != nullptr ? text->begin : *tcb.fin, *tcb.fin + 1U};
}

// Section 3: three blocks fit beside timestamps, four without. On a link with a very small MTU fewer fit, and they leave at
// least half of a packet to its text.
std::size_t most_blocks(const Tcb& tcb, Beside beside) {
  constexpr std::size_t kTimestamps = 12;  // with their padding
  constexpr std::size_t kHead = 4;         // of the SACK option, likewise
  constexpr std::size_t kBlock = 8;
  const std::size_t timestamps = tcb.ts.ok ? kTimestamps : 0;
  const std::size_t headers = wire::kIpv4HeaderSize + wire::kTcpHeaderSize + timestamps;
  const std::size_t in_packet = tcb.snd.path_mtu > headers ? tcb.snd.path_mtu - headers : 0;
  const std::size_t for_blocks = beside == Beside::text ? in_packet / 2 : in_packet;
  const std::size_t room = std::min(wire::kMaxTcpOptionsSize - timestamps, for_blocks);
  return room > kHead ? (room - kHead) / kBlock : 0;
}

}  // namespace

wire::SackBlocks sack_blocks(const Tcb& tcb, Beside beside) {
  wire::SackBlocks blocks;
  if (!tcb.out_of_order.is_made()) return blocks;
  const OutOfOrder& out_of_order = *tcb.out_of_order;
  const bool duplicate = !out_of_order.d_sacks.empty();
  const std::size_t room = most_blocks(tcb, beside);
  if (room == 0) return blocks;
  if (duplicate) blocks.push_back(out_of_order.d_sacks.front());
  const bool fin = fin_waits(tcb);
  if (out_of_order.held.empty() && !fin) return blocks;
  for (const Seq begin : out_of_order.latest) {
    if (const auto* const text = out_of_order.held.find(begin))
      add(blocks, room, duplicate, with_fin(tcb, *text));
    else if (fin && begin == *tcb.fin)
      add(blocks, room, duplicate, block_of_fin(tcb));
  }
  for (const auto& text : out_of_order.held) add(blocks, room, duplicate, with_fin(tcb, text));
  if (fin) add(blocks, room, duplicate, block_of_fin(tcb));
  return blocks;
}

void remember_out_of_order(OutOfOrder& out_of_order, Seq begin) {
  auto& latest = out_of_order.latest;
  // A place in the same block as the new segment needs no block of its own.
  const auto* const range = out_of_order.held.find(begin);
  auto place = latest.begin();
  while (place != latest.end() - 1 && *place != begin &&
         (range == nullptr || *place < range->begin || *place >= range->end))
    ++place;
  std::move_backward(latest.begin(), place, place + 1);
  latest.front() = begin;
}

void report_duplicate(Tcb& tcb, const Segment& seg) {
  if (!tcb.sack_permitted || seg.text.empty()) return;
  Range twice{seg.text_begin(), seg.text_end()};
  if (twice.begin < tcb.rcv.nxt) {
    twice.end = earlier(twice.end, tcb.rcv.nxt);
  } else {
    // RFC 2883 section 4.2: if only a part of the segment is a duplicate, that part.
    twice = held_part(tcb, twice.begin, twice.end);
    if (twice.begin == twice.end) return;
  }
  auto& d_sacks = tcb.out_of_order.make().d_sacks;
  if (d_sacks.size() < kMostReports) d_sacks.push_back(block_of(twice));
}

}  // namespace tcpstack::tcp
