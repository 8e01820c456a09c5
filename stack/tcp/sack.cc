#include "stack/tcp/sack.h"

#include <algorithm>

namespace tcpstack::tcp {

namespace {

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

}  // namespace

wire::SackBlocks sack_blocks(const Tcb& tcb) {
  wire::SackBlocks blocks;
  const bool duplicate = tcb.d_sack.has_value();
  if (duplicate) blocks.push_back(*tcb.d_sack);
  if (tcb.out_of_order.empty()) return blocks;
  // Section 3: three blocks fit beside timestamps, four without.
  const std::size_t room = tcb.ts.ok ? 3 : 4;
  for (const Seq begin : tcb.latest_out_of_order) {
    const auto* const range = tcb.out_of_order.find(begin);
    if (range != nullptr) add(blocks, room, duplicate, *range);
  }
  for (const auto& range : tcb.out_of_order) add(blocks, room, duplicate, range);
  return blocks;
}

void remember_out_of_order(Tcb& tcb, Seq begin) {
  auto& latest = tcb.latest_out_of_order;
  // What lies in the same block as the new segment needs no place of its own.
  const auto* const range = tcb.out_of_order.find(begin);
  auto place = latest.begin();
  while (place != latest.end() - 1 &&
         (range == nullptr || *place < range->begin || *place >= range->end))
    ++place;
  std::move_backward(latest.begin(), place, place + 1);
  latest.front() = begin;
}

void report_duplicate(Tcb& tcb, const Segment& seg) {
  if (!tcb.sack_permitted || seg.text.empty()) return;
  const Seq left = seg.text_begin();
  Seq right = seg.text_end();
  if (left < tcb.rcv.nxt) {
    right = earlier(right, tcb.rcv.nxt);
  } else if (!tcb.out_of_order.covers(left, right)) {
    return;
  }
  tcb.d_sack = wire::SackBlock{left.number(), right.number()};
}

}  // namespace tcpstack::tcp
