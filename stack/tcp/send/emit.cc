#include "stack/tcp/send/emit.h"

#include <algorithm>
#include <cassert>

#include "stack/ip/transmit.h"
#include "stack/tcp/agreed/ecn.h"
#include "stack/tcp/agreed/mss.h"
#include "stack/tcp/agreed/timestamps.h"
#include "stack/tcp/loss/delivery_rate.h"
#include "stack/tcp/loss/rack.h"
#include "stack/tcp/loss/recovery.h"
#include "stack/tcp/receive/ack_policy.h"
#include "stack/tcp/receive/sack.h"
#include "stack/tcp/receive/window.h"
#include "stack/tcp/send/pacing.h"
#include "stack/tcp/send/path_mtu.h"
#include "stack/tcp/send/records.h"

namespace tcpstack::tcp {

namespace {

wire::TcpOptions later_options(const Tcb& tcb, Time now) {
  wire::TcpOptions options{.sack = tcb.sack_permitted ? sack_blocks(tcb) : wire::SackBlocks{}};
  if (tcb.ts.ok) options.timestamps = {timestamp_clock(tcb.ts, now), tcb.ts.recent};
  return options;
}

// A retransmission has PSH if its first transmission had it, even if more text has been queued since. Linux does
// the same.
bool was_pushed(const Tcb& tcb, const NextSegment& next) {
  const Sent& record = tcb.sent[index_of(tcb.sent, next.seq)];
  return record.pushed && next.len() == record.len;
}

// MUST-61: PSH on the last buffered segment, unless the user said that more follows; and at the end of a record.
bool is_pushed(const Tcb& tcb, const NextSegment& next) {
  if (next.text_size == 0 || next.syn) return false;
  if (next.retransmission && was_pushed(tcb, next)) return true;
  const Seq end = next.seq + next.text_size;
  return (end == text_end(tcb) && tcb.pushed) || is_end_of_record(tcb, end);
}

// Section 3.8.5 (MUST-30): while urgent data is ahead, every segment says where it ends. A pointer beyond the
// field's range has the field's largest value.
void set_urgent_pointer(const Tcb& tcb, const NextSegment& next, wire::TcpHeader& header) {
  if (next.syn || tcb.snd.up <= later(next.seq, tcb.snd.una)) return;
  header.control.urg = true;
  header.urgent_pointer =
      static_cast<std::uint16_t>(std::min(distance(next.seq, tcb.snd.up), 0xffffU));
}

Load load_of(const NextSegment& next) {
  if (next.syn) return Load::syn;
  if (next.text_size == 0 || next.retransmission) return Load::nothing_new;
  return next.probe ? Load::probe : Load::new_text;
}

wire::TcpHeader header_of(Tcb& tcb, const NextSegment& next, const Context& cx) {
  wire::TcpHeader header{.options = next.syn ? syn_options(tcb, cx) : later_options(tcb, cx.now)};
  header.source_port = tcb.local.port;
  header.destination_port = tcb.remote.port;
  header.sequence = next.seq.number();
  header.control.syn = next.syn;
  header.control.fin = next.fin;
  header.control.psh = is_pushed(tcb, next);
  if (tcb.state != State::SYN_SENT) {
    header.control.ack = true;
    header.acknowledgment = tcb.rcv.nxt.number();
  }
  set_ecn_bits(tcb.ecn, load_of(next), header.control);
  set_urgent_pointer(tcb, next, header);
  header.window = advertise_window(tcb, next.syn);
  return header;
}

void record_new(Tcb& tcb, const NextSegment& next, bool pushed, Context& cx) {
  assert(next.seq == tcb.snd.nxt);
  tcb.sent.push_back({.seq = next.seq,
                      .len = next.len(),
                      .sent_at = cx.now,
                      .transmissions = 1,
                      .syn = next.syn,
                      .fin = next.fin,
                      .pushed = pushed});
  if (next.text_size > 0) note_delivery_state(tcb, tcb.sent.back(), cx.now);
  tcb.snd.nxt += next.len();
  if (Sender* const sender = tcb.sender.get()) sender->recovery.pipe += next.len();
  tcb.fin_sent |= next.fin;
  if (next.text_size == 0) return;
  if (next.text_size < tcb.snd.smss) tcb.snd.small_end = next.seq + next.text_size;
  if (cx.now - tcb.ack.last_text < cx.config.tcp.delayed_ack) tcb.ack.interactive = true;
}

void record_retransmission(Tcb& tcb, const NextSegment& next, Context& cx) {
  const std::size_t index = index_of(tcb.sent, next.seq);
  assert(index < tcb.sent.size());
  if (next.len() < tcb.sent[index].len) split(tcb.sent, index, next.seq + next.len());
  Sent& record = tcb.sent[index];
  if (next.text_size > 0) note_delivery_state(tcb, record, cx.now);
  if (!record.in_flight()) sender_of(tcb).recovery.pipe += record.len;
  record.lost = false;
  record.sent_at = cx.now;
  if (record.transmissions < 0xff) ++record.transmissions;
  Figures& figures = tcb.statistics.make().figures;
  ++figures.retransmitted;
  figures.bytes_retransmitted += next.text_size;
  ++cx.counters.segments_retransmitted;
}

void count(Tcb& tcb, const NextSegment& next) {
  const std::uint32_t smss = tcb.snd.smss;
  const std::uint32_t segments = std::max((next.text_size + smss - 1) / smss, 1U);
  tcb.segments_out += segments;
  if (next.text_size == 0) return;
  Figures& figures = tcb.statistics.make().figures;
  figures.data_segments_out += segments;
  figures.bytes_sent += next.text_size;
}

// RFC 6298 (5.1): "every time a packet containing data is sent (including a retransmission), if the
// timer is not running, start it".
void start_retransmission_timer(Tcb& tcb, Context& cx) {
  if (tcb.alarms.is_set(AlarmKind::retransmission)) return;
  tcb.alarms.set(AlarmKind::retransmission, cx.now + tcb.rtt.rto);
  if (tcb.options->user_timeout > Duration::zero() && !tcb.alarms.is_set(AlarmKind::user_timeout)) {
    tcb.alarms.set(AlarmKind::user_timeout, cx.now + tcb.options->user_timeout);
  }
}

void tell(const TxPacket& packet, const wire::TcpHeader& header, const Endpoint& source,
          const Endpoint& destination, const Tcb* tcb, Why why, Context& cx) {
  ++cx.counters.segments_sent;
  if (cx.observer == nullptr) return;
  const Bytes options = packet.header_bytes().subspan(wire::kIpv4HeaderSize + wire::kTcpHeaderSize);
  cx.observer->segment({cx.now, trace::Direction::out, source.address, destination.address, header,
                        total_size(packet.text), tcb, why, packet.offload.segment_size, options});
}

}  // namespace

std::size_t options_size(const Tcb& tcb) {
  return wire::tcp_options_size(later_options(tcb, Time{}));
}

wire::TcpOptions syn_options(const Tcb& tcb, const Context& cx) {
  wire::TcpOptions options;
  options.maximum_segment_size = tcb.rcv.mss;  // MUST-14, SHLD-5, MAY-3: in every SYN
  if (tcb.window_scaling) options.window_scale = tcb.rcv.wind_shift;
  options.sack_permitted = tcb.sack_permitted;
  if (tcb.ts.ok) options.timestamps = {timestamp_clock(tcb.ts, cx.now), tcb.ts.recent};
  // Only on the first SYN: RFC 7413 section 4.2.1.
  if (tcb.fast_open && tcb.snd.nxt == tcb.snd.iss) {
    options.fast_open = tcb.fast_open->option;
    options.fast_open_experimental = tcb.fast_open->experimental;
  }
  options.layout = cx.config.tcp.option_layout;
  return options;
}

// MUST-65: no MSS.
TxPacket emit(Tcb& tcb, const NextSegment& next, Context& cx) {
  TxPacket packet;
  const wire::TcpHeader header = header_of(tcb, next, cx);
  if (next.text_size > 0) {
    const Seq begin = next.seq + (next.syn ? 1U : 0U);
    tcb.send_queue.gather(distance(tcb.send_begin, begin), next.text_size, packet.text);
  }
  ip::build_tcp(packet, header, tcb.local.address, tcb.remote.address,
                {.dscp = tcb.options->dscp, .ecn = codepoint(tcb.ecn, load_of(next))},  // MUST-45
                fragments(tcb.options->path_mtu_discovery), cx);
  packet.offload.segment_size = next.segment_size;
  if (next.retransmission) {
    record_retransmission(tcb, next, cx);
  } else if (next.len() > 0) {
    record_new(tcb, next, header.control.psh, cx);
  }
  count(tcb, next);
  if (next.text_size > 0) text_left(tcb, next.text_size, cx);
  if (next.len() > 0) {
    segment_sent(tcb, next.len(), next.retransmission, cx);
    start_retransmission_timer(tcb, cx);
    if (!next.retransmission) schedule_tail_loss_probe(tcb, cx);
  }
  if (header.control.ack) ack_is_sent(tcb);
  tell(packet, header, tcb.local, tcb.remote, &tcb, next.why, cx);
  return packet;
}

TxPacket emit(const Reply& reply, Context& cx) {
  wire::TcpHeader header;
  header.source_port = reply.source.port;
  header.destination_port = reply.destination.port;
  header.sequence = reply.seq.number();
  header.control.syn = reply.syn;
  header.control.rst = !reply.syn;
  if (reply.ack) {
    header.control.ack = true;
    header.acknowledgment = reply.ack->number();
  }
  header.window = reply.window;
  header.options = reply.options;
  TxPacket packet;
  ip::build_tcp(packet, header, reply.source.address, reply.destination.address, {},
                ip::Fragments::where_needed, cx);
  if (!reply.syn) ++cx.counters.resets_sent;
  tell(packet, header, reply.source, reply.destination, nullptr, reply.why, cx);
  return packet;
}

}  // namespace tcpstack::tcp
