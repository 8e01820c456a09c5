#include "apps/tcpstack/narrator.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "stack/tcp/tcb.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace tcpstack::app {
namespace {

// Remembered numbers of ended conversations, at most. A port scan fills the table, which is then emptied.
constexpr std::size_t kRemembered = 4096;

// Fills the connection of an event into the line.
void name_connection(Line& line, const tcp::Tcb& tcb) {
  line.local = tcb.local;
  line.remote = tcb.remote;
}

Line line_of(LineKind kind, Time at, Why why) {
  return {.kind = kind, .at = at, .why = why.what, .clause = why.clause};
}

// "new text, 44 segments of 1460 in one": with offload many segments cross the device at once.
void tell_super_segment(Line& line, const trace::SegmentEvent& event) {
  const std::size_t size = event.segment_size;
  if (!line.why.empty()) line.why += ", ";
  line.why += fmt::format("{} segments of {} in one", (event.text_size + size - 1) / size, size);
}

// Has the peer's SYN arrived, so that IRS is valid?
bool knows_irs(const tcp::Tcb& tcb) {
  return tcp::is_synchronized(tcb.state) || tcb.state == tcp::State::SYN_RECEIVED;
}

// Source and destination, as far as the packet can be read.
std::pair<Endpoint, Endpoint> ends_of(Bytes packet) {
  if (packet.size() < wire::kIpv4HeaderSize) return {};
  std::pair<Endpoint, Endpoint> ends;
  ends.first.address = Address(load_be32(&packet[12]));
  ends.second.address = Address(load_be32(&packet[16]));
  const std::size_t header = std::size_t{packet[0]} % 16 * 4;
  const bool has_ports = packet[9] == static_cast<std::uint8_t>(wire::Protocol::tcp) ||
                         packet[9] == static_cast<std::uint8_t>(wire::Protocol::udp);
  const bool is_first = (load_be16(&packet[6]) & 0x1fffU) == 0;
  if (has_ports && is_first && packet.size() >= header + 4) {
    ends.first.port = load_be16(&packet[header]);
    ends.second.port = load_be16(&packet[header + 2]);
  }
  return ends;
}

}  // namespace

void Narrator::segment(const trace::SegmentEvent& event) {
  const bool in = event.direction == trace::Direction::in;
  Line line = line_of(in ? LineKind::segment_in : LineKind::segment_out, event.at, event.why);
  const Endpoint source{event.source, event.header.source_port};
  const Endpoint destination{event.destination, event.header.destination_port};
  line.local = in ? destination : source;
  line.remote = in ? source : destination;
  const Pair pair{line.local, line.remote};
  if (in) inbound_ = pair;

  const Initial isn = initial(event, pair);
  const wire::RelativeTo base =
      in ? wire::RelativeTo{isn.theirs, isn.ours} : wire::RelativeTo{isn.ours, isn.theirs};
  line.what = wire::to_notation(event.header, event.options, event.text_size, base);
  if (event.segment_size != 0) tell_super_segment(line, event);
  hand_on(line);
}

void Narrator::transition(const trace::TransitionEvent& event) {
  Line line = line_of(LineKind::transition, event.at, event.why);
  name_connection(line, event.tcb);
  line.from = event.from;
  line.to = event.to;
  if (event.to == tcp::State::CLOSED) {
    remember({line.local, line.remote}, {event.tcb.snd.iss.number(), event.tcb.rcv.irs.number()});
  }
  hand_on(line);
}

void Narrator::dropped(const trace::DropEvent& event) {
  Line line = line_of(LineKind::drop, event.at, {explain(event.drop), ""});
  line.detail = true;
  line.what = name(event.drop);
  if (event.tcb != nullptr) {
    name_connection(line, *event.tcb);
  } else if (inbound_ != Pair{}) {
    line.local = inbound_.local;
    line.remote = inbound_.remote;
  } else {
    unread_ = line;
    return;
  }
  hand_on(line);
}

void Narrator::received(Bytes packet) {
  inbound_ = {};
  if (!unread_) return;
  Line line = *std::move(unread_);
  unread_.reset();
  if (packet.size() >= wire::kIpv4HeaderSize && packet[0] >> 4 == 4) {
    line.remote.address = Address(load_be32(&packet[12]));
    line.local.address = Address(load_be32(&packet[16]));
  }
  hand_on(line);
}

void Narrator::alarm(const trace::AlarmEvent& event) {
  Line line = line_of(LineKind::alarm, event.at, event.why);
  name_connection(line, event.tcb);
  line.what = tcp::name(event.kind);
  // The acknowledgment that follows reports the delay.
  line.detail = event.kind == tcp::AlarmKind::delayed_ack;
  hand_on(line);
}

void Narrator::note(const trace::NoteEvent& event) {
  Line line = line_of(LineKind::note, event.at, event.why);
  // Of a problem of delivery the user learns, too (MUST-47, SHLD-9).
  line.detail = event.tcb == nullptr || !event.tcb->events.delivery_problem;
  if (event.tcb != nullptr) name_connection(line, *event.tcb);
  hand_on(line);
}

void Narrator::fault(trace::Direction direction, Bytes packet, const device::Deed& deed, Time now) {
  Line line = line_of(LineKind::note, now, {});
  const auto [source, destination] = ends_of(packet);
  const bool in = direction == trace::Direction::in;
  line.local = in ? destination : source;
  line.remote = in ? source : destination;
  line.what =
      "fault, " + std::string(in ? "in: " : "out: ") + device::brief(packet) + ", " + deed.done;
  line.why = deed.why;
  hand_on(line);
}

Narrator::Initial Narrator::initial(const trace::SegmentEvent& event, const Pair& pair) {
  const wire::TcpHeader& header = event.header;
  const bool in = event.direction == trace::Direction::in;
  if (event.tcb != nullptr && knows_irs(*event.tcb)) {
    return {event.tcb->snd.iss.number(), event.tcb->rcv.irs.number()};
  }
  const auto known = remembered_.find(pair);
  Initial isn = known != remembered_.end() ? known->second : Initial{};
  if (event.tcb != nullptr) isn.ours = event.tcb->snd.iss.number();
  if (header.control.syn) {
    (in ? isn.theirs : isn.ours) = header.sequence;
    if (event.tcb == nullptr) remember(pair, {in ? 0 : isn.ours, isn.theirs});
  }
  return isn;
}

void Narrator::remember(const Pair& pair, Initial initial) {
  if (remembered_.size() >= kRemembered) remembered_.clear();
  remembered_[pair] = initial;
}

void Narrator::hand_on(const Line& line) {
  for (LineListener* listener : listeners_) listener->line(line);
}

}  // namespace tcpstack::app
