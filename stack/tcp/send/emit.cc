#include "stack/tcp/send/emit.h"

#include <algorithm>

#include "stack/ip/transmit.h"
#include "stack/tcp/agreed/ecn.h"
#include "stack/tcp/agreed/timestamps.h"
#include "stack/tcp/receive/sack.h"
#include "stack/tcp/receive/window.h"
#include "stack/tcp/send/departure.h"
#include "stack/tcp/send/path_mtu.h"
#include "stack/tcp/send/records.h"

namespace tcpstack::tcp {

namespace {

// Of segments after the SYN: what only our SYN has offered takes no room in them.
wire::TcpOptions later_options(const Tcb& tcb, Beside beside, Time now) {
  wire::TcpOptions options{.sack =
                               tcb.sack_permitted ? sack_blocks(tcb, beside) : wire::SackBlocks{}};
  if (tcb.ts.ok) options.timestamps = {timestamp_clock(tcb.ts, now), tcb.ts.recent};
  return options;
}

// On a link with a very small MTU there may be no room for it.
void add_fast_open(const Tcb& tcb, wire::TcpOptions& options) {
  wire::TcpOptions with = options;
  with.fast_open = tcb.fast_open->option;
  with.fast_open_experimental = tcb.fast_open->experimental;
  const std::size_t size =
      wire::kIpv4HeaderSize + wire::kTcpHeaderSize + wire::tcp_options_size(with);
  if (size <= tcb.snd.path_mtu) options = with;
}

// Our offers, or, in SYN_RECEIVED, the options that both sides agree on.
wire::TcpOptions syn_options(const Tcb& tcb, const Context& cx) {
  wire::TcpOptions options;
  options.maximum_segment_size = tcb.rcv.mss;  // MUST-14, SHLD-5, MAY-3: in every SYN
  const Features said = features(tcb);
  if (said.window_scaling) options.window_scale = tcb.rcv.offered_shift;
  options.sack_permitted = said.sack;
  if (said.timestamps) options.timestamps = {timestamp_clock(tcb.ts, cx.now), tcb.ts.recent};
  options.layout = cx.config.tcp.option_layout;
  // Only on the first SYN: RFC 7413 section 4.2.1.
  if (tcb.fast_open && tcb.snd.nxt == tcb.snd.iss) add_fast_open(tcb, options);
  return options;
}

// A retransmission has PSH if its first transmission had it, even if more text has been queued since. Linux does
// the same.
bool was_pushed(const Tcb& tcb, const NextSegment& next) {
  const Sent& record = tcb.flight[tcb.flight.index_of(next.seq)];
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

}  // namespace

wire::TcpHeader header_of(Tcb& tcb, const NextSegment& next, const Context& cx) {
  const Beside beside = next.text_size > 0 ? Beside::text : Beside::nothing;
  wire::TcpHeader header{.options =
                             next.syn ? syn_options(tcb, cx) : later_options(tcb, beside, cx.now)};
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
  if (!next.syn) {
    set_ecn_bits(tcb.ecn, load_of(next), header.control);
  } else if (features(tcb).ecn) {
    set_ecn_setup(header.control);
  }
  set_urgent_pointer(tcb, next, header);
  header.window = advertise_window(tcb, next.syn);
  return header;
}

namespace {

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
  return wire::tcp_options_size(later_options(tcb, Beside::text, Time{}));
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
  segment_leaves(tcb, next, header.control, cx);
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
  ip::build_tcp(packet, header, reply.source.address, reply.destination.address,
                {.dscp = reply.dscp}, reply.fragments, cx);
  if (!reply.syn) ++cx.counters.resets_sent;
  tell(packet, header, reply.source, reply.destination, nullptr, reply.why, cx);
  return packet;
}

}  // namespace tcpstack::tcp
