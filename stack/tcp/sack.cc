#include "stack/tcp/sack.h"

namespace tcpstack::tcp {

namespace {

wire::SackBlock block_of(const base::RangeSet<Seq>::Range& range) {
  return {range.begin.number(), range.end.number()};
}

}  // namespace

wire::SackBlocks sack_blocks(const Tcb& tcb) {
  wire::SackBlocks blocks;
  if (tcb.d_sack) blocks.push_back(*tcb.d_sack);
  if (tcb.out_of_order.empty()) return blocks;
  // Section 3: three blocks fit beside timestamps, four without.
  const std::size_t room = tcb.ts.ok ? 3 : 4;
  const auto* const latest = tcb.out_of_order.find(tcb.latest_out_of_order);
  if (latest != nullptr) blocks.push_back(block_of(*latest));  // at most the second: there is room
  for (const auto& range : tcb.out_of_order) {
    if (blocks.size() == room) break;
    if (latest == nullptr || range.begin != latest->begin) blocks.push_back(block_of(range));
  }
  return blocks;
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
