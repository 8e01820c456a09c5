// See subject.h.
#include "tests/oracle/subject.h"

#include <array>
#include <chrono>

#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"
#include "tests/support/packets.h"

namespace tcpstack::oracle {
namespace {

constexpr std::uint16_t kOurPort = 80;
constexpr std::uint16_t kPeerPort = 40000;
constexpr Number kPeerIsn = 0xfffffe80;  // the window runs over 2**32
// Its window in all segments before the one that is judged.
constexpr std::uint16_t kPeerWindow = 4000;
constexpr std::uint32_t kBuffer = 2000;                         // bytes; half of it is offered
constexpr auto kLongestDelay = std::chrono::milliseconds(499);  // MUST-40: "less than 0.5 seconds"

// Alarms that would send something within that time are late or off.
Config config() {
  Config config;
  config.ip.address = test::kHere;
  config.tcp.mss = 1000;
  config.tcp.receive_buffer = {kBuffer, kBuffer};
  config.tcp.rto_min = std::chrono::seconds(1);  // RFC 6298 (2.4)
  config.tcp.tail_loss_probe = false;
  return config;
}

// The octet with this number.
std::uint8_t octet(Number number) { return static_cast<std::uint8_t>(number * 7 + 3); }

}  // namespace

wire::TcpHeader header_of(const Segment& segment) {
  wire::TcpHeader header;
  header.sequence = segment.seg_seq;
  header.acknowledgment = segment.seg_ack;
  header.control = {.fin = segment.fin,
                    .syn = segment.syn,
                    .rst = segment.rst,
                    .psh = segment.psh,
                    .ack = segment.ack,
                    .urg = segment.urg};
  header.window = static_cast<std::uint16_t>(segment.seg_wnd);
  header.urgent_pointer = static_cast<std::uint16_t>(segment.seg_up);
  return header;
}

Subject::Subject(const World& world) : stack_(config(), 1) {
  for (const Step step : world.steps) take(step);
  before_.rcv_wnd = right_edge_ - before_.rcv_nxt;
  sent_.clear();
  urgent_ = false;
}

Connection before(const World& world) {
  Connection found = Subject(world).before();
  if (world.state == State::LISTEN) {  // the ISS that this stack gives at this time
    const World after_syn{"", State::SYN_RECEIVED, {Step::listen, Step::peer_syn}};
    found.iss = Subject(after_syn).before().iss;
  }
  return found;
}

void Subject::take(Step step) {
  const Number seq = before_.rcv_nxt;
  const Number all = before_.snd_nxt;
  switch (step) {
    case Step::listen:
      listener_ = stack_.listen({test::kHere, kOurPort}).value();
      before_.state = State::LISTEN;
      break;
    case Step::open:
      connection_ = stack_.open({test::kThere, kPeerPort}, {{}, kOurPort}, now_).value();
      before_.state = State::SYN_SENT;
      break;
    case Step::accept: connection_ = stack_.accept(listener_, now_).value(); break;
    case Step::close:
      (void)stack_.close(connection_, now_);
      before_.state = before_.state == State::CLOSE_WAIT ? State::LAST_ACK : State::FIN_WAIT_1;
      before_.snd_nxt += 1;
      break;
    case Step::send:
      (void)stack_.send(connection_, std::vector<std::uint8_t>(kText), now_);
      before_.snd_nxt += kText;
      break;
    case Step::peer_syn: return peer_sends({.syn = true, .seg_seq = kPeerIsn});
    case Step::peer_ack: return peer_sends({.ack = true, .seg_seq = seq, .seg_ack = all});
    case Step::peer_fin:
      return peer_sends({.ack = true, .fin = true, .seg_seq = seq, .seg_ack = before_.snd_una});
    case Step::peer_fin_ack:
      return peer_sends({.ack = true, .fin = true, .seg_seq = seq, .seg_ack = all});
    case Step::fill_window: return fill_window();
    case Step::wait: return pass(std::chrono::seconds(1));
    case Step::leave_hole:
      peer_sends({.ack = true, .seg_seq = seq + kHole, .seg_ack = all, .text = kText});
      before_.held_begin = seq + kHole;
      before_.held_end = before_.held_begin + kText;
      return;
  }
  drain();
}

// A segment of the setup: the model follows.
void Subject::peer_sends(const Segment& segment) {
  Segment with_window = segment;
  with_window.seg_wnd = kPeerWindow;
  before_.rcv_wnd = right_edge_ - before_.rcv_nxt;
  put(with_window);
  Model model(before_, with_window);
  model.segment_arrives();
  before_ = model.after();
  if (before_.state == State::TIME_WAIT) time_wait_began_ = now_;
}

void Subject::fill_window() {
  for (int i = 0; i < 10; ++i) {
    before_.rcv_wnd = right_edge_ - before_.rcv_nxt;
    if (before_.rcv_wnd == 0) return;
    const std::uint32_t text = std::min<std::uint32_t>(before_.rcv_wnd, 500);
    peer_sends({.ack = true,
                .psh = true,
                .seg_seq = before_.rcv_nxt,
                .seg_ack = before_.snd_nxt,
                .text = text});
    pass(kLongestDelay);
  }
}

void Subject::put(const Segment& segment) {
  std::vector<std::uint8_t> text(segment.text);
  for (std::uint32_t i = 0; i < segment.text; ++i) text[i] = octet(segment.text_begin() + i);
  const auto packet = test::tcp_packet(header_of(segment), kPeerPort, kOurPort, text);
  stack_.packet_arrives({.bytes = packet, .offload = {}}, now_);
  drain();
}

void Subject::drain() {
  while (const auto packet = stack_.poll_transmit(now_)) {
    const auto bytes = test::flat(*packet);
    const auto ip = wire::parse_ipv4(bytes).value();
    const auto tcp = wire::parse_tcp(ip.payload, ip.header.source, ip.header.destination).value();
    sent_.push_back({tcp.header, tcp.text.size()});
    learn(sent_.back());
  }
  while (const auto event = stack_.poll_event()) urgent_ = urgent_ || event->urgent;
}

void Subject::pass(Duration span) {
  const Time end = now_ + span;
  for (auto next = stack_.next_deadline(); next && *next <= end; next = stack_.next_deadline()) {
    now_ = std::max(now_, *next);
    stack_.time_passes(now_);
    drain();
  }
  now_ = end;
}

// The stack's choices: its ISS and its window.
void Subject::learn(const Sent& sent) {
  const wire::TcpHeader& header = sent.header;
  if (header.control.rst) return;
  if (header.control.syn) before_.iss = before_.snd_una = header.sequence;
  if (header.control.syn) before_.snd_nxt = header.sequence + 1;
  right_edge_ = (header.control.ack ? header.acknowledgment : 0) + header.window;
}

// The connection that is not CLOSED, else the one the user has.
ConnectionId Subject::find() const {
  ConnectionId found = connection_;
  for (const ConnectionId id : stack_.connections()) {
    if (stack_.tcb(id)->state != State::CLOSED) found = id;
  }
  return found;
}

std::string Subject::problem() const {
  const tcp::Tcb* const tcb = stack_.tcb(find());
  if (before_.state == State::CLOSED || before_.state == State::LISTEN) {
    return tcb == nullptr ? "" : "there is a connection";
  }
  if (tcb == nullptr) return "there is no connection";
  if (tcb->state != before_.state) return std::string("it is in ") + tcp::name(tcb->state);
  if (tcb->snd.una.number() != before_.snd_una) return "SND.UNA is another";
  if (tcb->snd.nxt.number() != before_.snd_nxt) return "SND.NXT is another";
  if (before_.state == State::SYN_SENT) return "";
  if (tcb->rcv.nxt.number() != before_.rcv_nxt) return "RCV.NXT is another";
  if (tcb->rcv.wnd != before_.rcv_wnd) return "RCV.WND is another";
  return "";
}

Outcome Subject::arrives(const Segment& segment) {
  const Number promised = before_.rcv_nxt + before_.rcv_wnd;
  const bool waited = before_.state == State::TIME_WAIT && now_ > time_wait_began_;
  put(segment);
  pass(kLongestDelay);
  Outcome out;
  const ConnectionId id = find();
  const tcp::Tcb* const tcb = stack_.tcb(id);
  const bool without_user =
      before_.state == State::LISTEN || (before_.state == State::SYN_RECEIVED && before_.passive);
  out.state = tcb != nullptr && tcb->state != State::CLOSED ? tcb->state
              : without_user                                ? State::LISTEN
                                                            : State::CLOSED;
  out.answer = answer();
  if (out.answer.kind == Kind::ack && before_.state != State::SYN_SENT) {
    out.shrinks_window = precedes(out.answer.ack + sent_[0].header.window, promised);
  }
  if (out.state != State::CLOSED && out.state != State::LISTEN) {
    out.snd_una = tcb->snd.una.number();
    out.snd_wnd = tcb->snd.wnd;
    out.rcv_nxt = tcb->rcv.nxt.number();
  }
  const Number rcv_up = tcb != nullptr ? tcb->rcv.up.number() : 0;  // reading moves it
  if (without_user) {
    if (const auto accepted = stack_.accept(listener_, now_)) connection_ = *accepted;
    drain();
  }
  const bool is_first = before_.state == State::SYN_SENT;
  ask_user(is_first ? segment.seg_seq + 1 : before_.rcv_nxt - before_.unread, out);
  if (urgent_) out.urgent = rcv_up;
  if (waited && out.state == State::TIME_WAIT) {
    out.restarts_2msl = restarts_2msl();
  }
  return out;
}

// Is it still there when the first 2 MSL are over?
bool Subject::restarts_2msl() {
  pass(time_wait_began_ + 2 * config().tcp.msl + kLongestDelay - now_);
  const tcp::Tcb* const tcb = stack_.tcb(find());
  return tcb != nullptr && tcb->state == State::TIME_WAIT;
}

Answer Subject::answer() const {
  if (sent_.empty()) return {};
  if (sent_.size() > 1 || sent_[0].text > 0) return {Kind::something_else, 0, 0};
  const wire::TcpHeader& header = sent_[0].header;
  const Number seq = header.sequence;
  const Number ack = header.acknowledgment;
  const wire::ControlBits& bits = header.control;
  if (bits == wire::ControlBits{.ack = true}) return {Kind::ack, seq, ack};
  if (bits == wire::ControlBits{.rst = true}) return {Kind::rst, seq, 0};
  if (bits == wire::ControlBits{.rst = true, .ack = true}) return {Kind::rst_ack, seq, ack};
  if (bits == wire::ControlBits{.syn = true, .ack = true}) return {Kind::syn_ack, seq, ack};
  return {Kind::something_else, seq, ack};
}

// Reads all there is; `first` is the number of the first octet.
void Subject::ask_user(Number first, Outcome& out) {
  const auto status = stack_.status(connection_);
  if (!status) return;
  if (status->error == tcp::Error::reset) out.signal = Signal::reset;
  if (status->error == tcp::Error::refused) out.signal = Signal::refused;
  if (status->error == tcp::Error::closing) out.signal = Signal::closing;
  std::array<std::uint8_t, 2 * kBuffer> text{};
  const auto size = stack_.receive(connection_, text, now_);
  if (!size) return;
  const bool was_at_end = before_.state == State::CLOSE_WAIT || before_.state == State::CLOSING ||
                          before_.state == State::LAST_ACK || before_.state == State::TIME_WAIT;
  out.text = static_cast<std::uint32_t>(*size);
  for (std::uint32_t i = 0; i < out.text; ++i) {
    if (text[i] != octet(first + i)) out.text = 0xbad;
  }
  const auto more = *size == 0 ? size : stack_.receive(connection_, text, now_);
  if (more && *more == 0 && !was_at_end) out.signal = Signal::end_of_stream;
  if (more && *more > 0) out.text = 0xbad;
}

}  // namespace tcpstack::oracle
