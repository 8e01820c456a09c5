#include "stack/tcp/sack.h"

namespace tcpstack::tcp {

namespace {

wire::SackBlock block_of(const base::RangeSet<Seq>::Range& range) {
  return {range.begin.number(), range.end.number()};
}

}  // namespace

wire::SackBlocks sack_blocks(const Tcb& tcb) {
  wire::SackBlocks blocks;
  if (tcb.out_of_order.empty()) return blocks;
  // Section 3: three blocks fit beside timestamps, four without.
  const std::size_t room = tcb.ts.ok ? 3 : 4;
  const auto* const latest = tcb.out_of_order.find(tcb.latest_out_of_order);
  if (latest != nullptr) blocks.push_back(block_of(*latest));
  for (const auto& range : tcb.out_of_order) {
    if (blocks.size() == room) break;
    if (latest == nullptr || range.begin != latest->begin) blocks.push_back(block_of(range));
  }
  return blocks;
}

}  // namespace tcpstack::tcp
