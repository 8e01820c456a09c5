#include "stack/tcp/receive/reassembly.h"

#include <cassert>
#include <iterator>

#include "stack/tcp/receive/sack.h"

namespace tcpstack::tcp {

namespace {

// "Segments with higher beginning sequence numbers SHOULD be held for later processing" (SHLD-31).
Place hold(Tcb& tcb, const ReceivedText& text) {
  ++tcb.statistics.make().figures.out_of_order;
  tcb.receive_queue.write_at(tcb.receive_queue.size() + distance(tcb.rcv.nxt, text.begin),
                             text.bytes);
  OutOfOrder& out_of_order = tcb.out_of_order.make();
  out_of_order.held.insert(text.begin, text.end());
  remember_out_of_order(out_of_order, text.begin);
  return Place::beyond_hole;
}

// The end of the last text that has come, be it in order or not.
Seq end_of_text(const Tcb& tcb) {
  const auto& held = tcb.out_of_order->held;
  return held.empty() ? tcb.rcv.nxt : std::prev(held.end())->end;
}

}  // namespace

ReceivedText text_in_window(const Tcb& tcb, const Segment& seg) {
  const Seq begin = later(seg.text_begin(), tcb.rcv.nxt);
  const Seq end = earlier(seg.text_end(), tcb.rcv.nxt + tcb.rcv.wnd);
  if (begin >= end) return {begin, {}};
  return {begin, seg.text.subspan(distance(seg.text_begin(), begin), distance(begin, end))};
}

// "The total of RCV.NXT and RCV.WND should not be reduced": the window shrinks by as much.
void advance(Tcb& tcb, std::uint32_t size) {
  tcb.receive_queue.extend(size);
  tcb.rcv.nxt += size;
  tcb.rcv.wnd -= size;
  tcb.ack.duplicates = 0;  // they were for the hole that is smaller now
  tcb.statistics.make().figures.bytes_received += size;
  tcb.events.readable = true;
}

Place insert(Tcb& tcb, const ReceivedText& text) {
  if (tcb.fin && text.end() > *tcb.fin) tcb.fin.reset();
  if (text.begin > tcb.rcv.nxt) return hold(tcb, text);
  tcb.receive_queue.write_at(tcb.receive_queue.size(), text.bytes);
  advance(tcb, text.size());
  if (tcb.out_of_order->held.empty()) return Place::in_order;
  auto& held = tcb.out_of_order.make().held;
  held.erase_before(tcb.rcv.nxt);
  if (!held.empty() && held.front().begin == tcb.rcv.nxt) {
    advance(tcb, distance(tcb.rcv.nxt, held.front().end));
    held.erase_before(tcb.rcv.nxt);
  }
  return Place::fills_hole;
}

bool note_fin(Tcb& tcb, Seq fin) {
  if (fin < end_of_text(tcb)) return false;
  tcb.fin = fin;
  if (fin == tcb.rcv.nxt) return true;
  OutOfOrder& out_of_order = tcb.out_of_order.make();
  // The FIN is in the block of the text before it, if there is one.
  const bool joins = out_of_order.held.find(fin - 1U) != nullptr;
  remember_out_of_order(out_of_order, joins ? fin - 1U : fin);
  return true;
}

bool is_fin_next(const Tcb& tcb) { return tcb.fin && *tcb.fin == tcb.rcv.nxt; }

void pass_fin(Tcb& tcb) {
  assert(is_fin_next(tcb) && tcb.rcv.wnd > 0);
  tcb.rcv.nxt += 1;
  tcb.rcv.wnd -= 1;
  tcb.ack.duplicates = 0;
  // Departs: RFC 9293 section 3.10.7.4 (sixth) takes any urgent pointer. Urgent data ends at the FIN, because no text comes
  // after it. You can see it: at the end of the stream STATUS has no urgent bytes.
  tcb.rcv.up = earlier(tcb.rcv.up, *tcb.fin);
}

}  // namespace tcpstack::tcp
