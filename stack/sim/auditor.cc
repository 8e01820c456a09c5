// See auditor.h.
#include "stack/sim/auditor.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "stack/tcp/loss/cwnd.h"
#include "stack/wire/tcp.h"

namespace tcpstack::sim {
namespace {

using tcp::later;
using tcp::Seq;
using trace::Direction;

constexpr unsigned kMaxShift = 14;  // RFC 7323 section 2.3

std::uint32_t length_of(const trace::SegmentEvent& event) {
  const wire::ControlBits& control = event.header.control;
  return static_cast<std::uint32_t>(event.text_size) + (control.syn ? 1U : 0U) +
         (control.fin ? 1U : 0U);
}

Seq end_of(const trace::SegmentEvent& event) {
  return Seq(event.header.sequence) + length_of(event);
}

bool is(const Why& why, std::string_view what) { return std::string_view(why.what) == what; }

}  // namespace

Auditor::Connection& Auditor::connection_of(const trace::SegmentEvent& event) {
  const bool out = event.direction == Direction::out;
  const wire::TcpHeader& header = event.header;
  const Address& peer = out ? event.destination : event.source;
  return connections_[{peer.v4(), out ? header.destination_port : header.source_port,
                       out ? header.source_port : header.destination_port}];
}

Auditor::Connection& Auditor::connection_of(const tcp::Tcb& tcb) {
  return connections_[{tcb.remote.address.v4(), tcb.remote.port, tcb.local.port}];
}

void Auditor::report(Time at, const std::string& what) {
  if (!wrong_.empty()) return;
  wrong_ = "at " + std::to_string(at.time_since_epoch().count()) + " us: " + what + "; ";
}

// A SYN with another number is of another connection on the same ports.
void Auditor::syn(Connection& connection, const trace::SegmentEvent& event) const {
  const Seq number(event.header.sequence);
  const auto& shift = event.header.options.window_scale;
  if (event.direction == Direction::out) {
    if (connection.syn_sent && connection.iss == number) return;
    if (connection.syn_sent) connection = {};
    connection.syn_sent = true;
    connection.iss = number;
    connection.sent_end = connection.peer_edge = number + 1;
    connection.we_scale = shift.has_value();
    connection.our_shift = std::min<unsigned>(shift.value_or(0), kMaxShift);
    connection.our_edge = Seq(event.header.acknowledgment);
  } else {
    if (connection.syn_came && number + 1 <= connection.received_end) return;
    if (connection.syn_came) connection = {};
    connection.syn_came = true;
    connection.received_end = connection.our_edge = number + 1;
    connection.peer_scales = shift.has_value();
    connection.peer_shift = std::min<unsigned>(shift.value_or(0), kMaxShift);
  }
}

void Auditor::segment(const trace::SegmentEvent& event) {
  if (next_ != nullptr) next_->segment(event);
  if (event.direction == Direction::in && ignores_next_) {
    ignores_next_ = false;
    return;
  }
  if (event.header.control.rst) return;
  Connection& connection = connection_of(event);
  if (event.header.control.syn) syn(connection, event);
  if (event.direction == Direction::in) {
    came(connection, event);
  } else {
    left(connection, event);
  }
}

void Auditor::came(Connection& connection, const trace::SegmentEvent& event) {
  if (!connection.syn_came) return;
  const wire::TcpHeader& header = event.header;
  connection.received_end = later(connection.received_end, end_of(event));
  connection.fin_came |= header.control.fin;
  if (!header.control.ack || !connection.syn_sent) return;
  const bool scaled = connection.we_scale && connection.peer_scales && !header.control.syn;
  const std::uint32_t window = std::uint32_t{header.window} << (scaled ? connection.peer_shift : 0);
  connection.peer_edge = later(connection.peer_edge, Seq(header.acknowledgment) + window);
}

void Auditor::left(Connection& connection, const trace::SegmentEvent& event) {
  ++figures_.segments_sent;
  connection.must_send = false;
  if (connection.syn_came && event.header.control.ack) check_acknowledgment(connection, event);
  if (length_of(event) > 0) check_text(connection, event);
  connection.sent_end = later(connection.sent_end, end_of(event));
}

void Auditor::check_acknowledgment(Connection& connection, const trace::SegmentEvent& event) {
  const Seq ack(event.header.acknowledgment);
  if (ack > connection.received_end) report(event.at, "acknowledges what did not come");
  // A FIN needs no room in the buffer: one that comes alone into a closed window is taken.
  if (ack > connection.our_edge + (connection.fin_came ? 1U : 0U))
    report(event.at, "takes text beyond the window that it offered");
  const bool scaled = connection.we_scale && connection.peer_scales && !event.header.control.syn;
  const unsigned shift = scaled ? connection.our_shift : 0;
  const Seq edge = ack + (std::uint32_t{event.header.window} << shift);
  // RFC 7323 section 2.4: rounding may seem to retract less than a unit.
  if (edge + (1U << shift) <= connection.our_edge)
    report(event.at, "its window shrinks by " + std::to_string(connection.our_edge - edge));
  connection.our_edge = later(connection.our_edge, edge);
}

void Auditor::check_text(Connection& connection, const trace::SegmentEvent& event) {
  const Seq begin(event.header.sequence);
  const auto size = static_cast<std::uint32_t>(event.text_size);
  const std::uint32_t of_one = event.segment_size != 0 ? event.segment_size : size;
  figures_.largest_segment = std::max(figures_.largest_segment, of_one);
  if (event.header.control.syn) return;
  if (begin < connection.sent_end) {
    figures_.retransmitted += size;
    // RFC 8985 section 6.2: of two segments of one time the one with the higher number counts as sent later. So what leaves
    // right behind new text seems overtaken when that arrives.
    const bool seems_older = connection.new_text_at == event.at;
    if (is(event.why, "tail loss probe") || seems_older) figures_.allowed += size;
    return;
  }
  connection.new_text_at = event.at;
  const bool probes = length_of(event) == 1 && begin == connection.peer_edge;
  if (end_of(event) > connection.peer_edge && !probes) {
    report(event.at,
           "sends " + std::to_string(end_of(event) - connection.peer_edge) + " beyond the window");
  }
  const bool is_new_text = is(event.why, "new text");
  if (event.tcb != nullptr && is_new_text) check_cwnd(connection, *event.tcb);
}

// RFC 5681 section 3: not beyond cwnd. An empty pipe takes a segment, however small cwnd is.
void Auditor::check_cwnd(Connection& /*connection*/, const tcp::Tcb& tcb) {
  const std::uint32_t cwnd = tcb.sender->recovery.window.cwnd;
  const std::uint32_t newest = tcb.flight.back().len;
  if (tcp::inflight(tcb) > cwnd && tcb.flight.pipe() > newest)
    report(tcb.flight.back().sent_at, "new text beyond cwnd");
}

void Auditor::alarm(const trace::AlarmEvent& event) {
  if (next_ != nullptr) next_->alarm(event);
  const tcp::Tcb& tcb = event.tcb;
  Connection& connection = connection_of(tcb);
  const std::uint32_t flight = tcp::distance(tcb.snd.una, tcb.snd.nxt);
  switch (event.kind) {
    case tcp::AlarmKind::retransmission:
      figures_.allowed += flight;
      connection.must_send = true;
      break;
    case tcp::AlarmKind::persist:
      figures_.allowed += 1;  // the probe, which a closed window refuses
      connection.must_send = true;
      break;
    case tcp::AlarmKind::tail_loss_probe:
    case tcp::AlarmKind::delayed_ack:
    case tcp::AlarmKind::keepalive:
    case tcp::AlarmKind::reordering:
    case tcp::AlarmKind::user_timeout:
    case tcp::AlarmKind::time_wait:
    case tcp::AlarmKind::fin_wait_2:
    case tcp::AlarmKind::pacing: break;
  }
}

void Auditor::rest(const tcp::Tcb& tcb) {
  tcp::check_at_rest(tcb);
  Connection& connection = connection_of(tcb);
  const Time at = tcb.sender->recovery.last_sent_at;
  if (tcb.state == tcp::State::CLOSED) return;
  if (std::exchange(connection.must_send, false))
    report(at, "an alarm went off and nothing was sent");
  const tcp::Recovery& recovery = tcb.sender->recovery;
  if (recovery.window.cwnd == 0) return;  // no text yet
  connection.smallest_smss = std::min(connection.smallest_smss, tcb.snd.smss);
  connection.largest_smss = std::max(connection.largest_smss, tcb.snd.smss);
  const bool in_recovery = recovery.phase == tcp::RecoveryPhase::recovery;
  if (in_recovery && !connection.in_recovery)
    figures_.allowed_by_recovery += tcp::distance(tcb.snd.una, tcb.snd.nxt);
  connection.in_recovery = in_recovery;
  // PRR counts cwnd from what is in flight, so in recovery it may be anything.
  if (!tcb.sender->follows_prr() && recovery.window.cwnd < connection.smallest_smss)
    report(at, "cwnd is " + std::to_string(recovery.window.cwnd) + ", less than a segment of " +
                   std::to_string(connection.smallest_smss));
  if (recovery.window.ssthresh < 2 * connection.smallest_smss)
    report(at, "ssthresh is less than two segments");
  const std::uint64_t acknowledged = tcp::distance(tcb.snd.iss, tcb.snd.una) + tcb.flight.sacked();
  if (recovery.window.cwnd > 10ULL * connection.largest_smss + acknowledged)
    report(at, "cwnd is more than the initial window and all that was acknowledged");
}

void Auditor::transition(const trace::TransitionEvent& event) {
  if (next_ != nullptr) next_->transition(event);
}
void Auditor::dropped(const trace::DropEvent& event) {
  if (next_ != nullptr) next_->dropped(event);
}
void Auditor::note(const trace::NoteEvent& event) {
  if (next_ != nullptr) next_->note(event);
}

}  // namespace tcpstack::sim
