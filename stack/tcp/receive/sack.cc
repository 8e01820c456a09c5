#include "stack/tcp/receive/sack.h"

#include <algorithm>

namespace tcpstack::tcp {

namespace {

constexpr std::size_t kMostReports =
    64;  // of duplicates that wait: no more than a batch of segments brings

wire::SackBlock block_of(const base::RangeSet<Seq>::Range& range) {
  return {range.begin.number(), range.end.number()};
}

// Adds a block unless it is there, behind the duplicate's, or there is no room.
void add(wire::SackBlocks& blocks, std::size_t room, bool behind_d_sack,
         const base::RangeSet<Seq>::Range& range) {
  const wire::SackBlock block = block_of(range);
  const auto first = blocks.begin() + (behind_d_sack ? 1 : 0);
  if (blocks.size() < room && std::find(first, blocks.end(), block) == blocks.end())
    blocks.push_back(block);
}

// The first part of [left, right) that is held beyond a hole; empty if there is none.
base::RangeSet<Seq>::Range held_part(const Tcb& tcb, Seq left, Seq right) {
  for (const auto& range : tcb.out_of_order->held) {
    if (range.end > left && range.begin < right)
      return {later(left, range.begin), earlier(right, range.end)};
  }
  return {left, left};
}

// Section 3: three blocks fit beside timestamps, four without. On a link with a very small MTU fewer fit, and one byte of text
// beside them.
std::size_t most_blocks(const Tcb& tcb) {
  constexpr std::size_t kTimestamps = 12;  // with their padding
  constexpr std::size_t kHead = 4;         // of the SACK option, likewise
  constexpr std::size_t kBlock = 8;
  const std::size_t timestamps = tcb.ts.ok ? kTimestamps : 0;
  const std::size_t without_blocks =
      wire::kIpv4HeaderSize + wire::kTcpHeaderSize + timestamps + kHead + 1;
  const std::size_t room = wire::kMaxTcpOptionsSize - timestamps - kHead;
  const std::size_t in_packet =
      tcb.snd.path_mtu > without_blocks ? tcb.snd.path_mtu - without_blocks : 0;
  return std::min(room, in_packet) / kBlock;
}

}  // namespace

wire::SackBlocks sack_blocks(const Tcb& tcb) {
  wire::SackBlocks blocks;
  if (!tcb.out_of_order.is_made()) return blocks;
  const OutOfOrder& out_of_order = *tcb.out_of_order;
  const bool duplicate = !out_of_order.d_sacks.empty();
  const std::size_t room = most_blocks(tcb);
  if (room == 0) return blocks;
  if (duplicate) blocks.push_back(out_of_order.d_sacks.front());
  if (out_of_order.held.empty()) return blocks;
  for (const Seq begin : out_of_order.latest) {
    const auto* const range = out_of_order.held.find(begin);
    if (range != nullptr) add(blocks, room, duplicate, *range);
  }
  for (const auto& range : out_of_order.held) add(blocks, room, duplicate, range);
  return blocks;
}

void remember_out_of_order(OutOfOrder& out_of_order, Seq begin) {
  auto& latest = out_of_order.latest;
  // A place in the same block as the new segment needs no block of its own.
  const auto* const range = out_of_order.held.find(begin);
  auto place = latest.begin();
  while (place != latest.end() - 1 &&
         (range == nullptr || *place < range->begin || *place >= range->end))
    ++place;
  std::move_backward(latest.begin(), place, place + 1);
  latest.front() = begin;
}

void report_duplicate(Tcb& tcb, const Segment& seg) {
  if (!tcb.sack_permitted || seg.text.empty()) return;
  base::RangeSet<Seq>::Range twice{seg.text_begin(), seg.text_end()};
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
