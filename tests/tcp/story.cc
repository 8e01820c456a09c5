// The story itself: the stack's packets and trace stream in, the peer's packets out. lines.cc has the meaning of a
// script's lines.
#include "tests/tcp/story.h"

#include <array>
#include <chrono>
#include <cstdio>

#include "stack/trace/drop.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/notation.h"
#include "tests/tcp/peer.h"

namespace tcpstack::test {

namespace {

constexpr std::uint64_t kSeed = 9293;

// A text's first byte that is not what it should be when it begins at `number`.
std::string wrong_text(Bytes text, std::uint32_t number) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto at = number + static_cast<std::uint32_t>(i);
    if (text[i] != text_byte(at)) return "wrong text at number " + std::to_string(at);
  }
  return {};
}

}  // namespace

Config story_config() {
  Config config;
  config.ip.address = kOurs.address;
  config.tcp.mss = 1000;
  config.tcp.receive_buffer = {20000, 20000};  // a window of 10000
  return config;
}

// The first byte of ISN = M + F is found out on a stack that answers a SYN at time 0; M does the rest.
Time start_for_isn(std::uint32_t isn, const Config& config) {
  Stack probe(config, kSeed);
  (void)probe.listen(kOurs);
  const auto packet = make_packet({.control = {.syn = true}, .window = 1}, {}, kTheirs, kOurs);
  probe.packet_arrives({.bytes = packet, .offload = {}}, Time{});
  const auto answer = probe.poll_transmit(Time{});
  const std::uint32_t f = load_be32(&answer->headers[wire::kIpv4HeaderSize + 4]);
  return Time(std::chrono::milliseconds((isn - f) / 250));
}

Story::Story(const Numbers& numbers, const Config& config)
    : stack_(config, kSeed),
      start_(start_for_isn(numbers.ours, config)),
      now_(start_),
      theirs_(numbers.theirs) {
  stack_.observe(this);
  stack_.time_passes(now_);
}

Story::~Story() = default;

std::optional<std::string> Story::end() {
  if (!broken_.empty()) return broken_;
  if (!sent_.empty()) return "nobody told of: > " + note_of(sent_[0].header, sent_[0].length, true);
  if (!drops_.empty()) return std::string("nobody told of: drop ") + name(drops_[0]);
  return std::nullopt;
}

void Story::packet_arrives(const wire::TcpHeader& header, std::size_t length) {
  const std::uint32_t begin = header.sequence + (header.control.syn ? 1U : 0U) - theirs_;
  std::vector<std::uint8_t> text(length);
  for (std::size_t i = 0; i < length; ++i) {
    text[i] = text_byte(begin + static_cast<std::uint32_t>(i));
  }
  const auto packet = make_packet(header, text, kTheirs, kOurs);
  stack_.packet_arrives({.bytes = packet, .offload = {}}, now_);
}

void Story::drain() {
  while (const auto packet = stack_.poll_transmit(now_)) take(*packet);
  while (const auto event = stack_.poll_event()) {
    if (event->listener.index != base::Handle{}.index) events_ += " acceptable";
    if (event->established) events_ += " established";
    if (event->readable) events_ += " readable";
    if (event->writable) events_ += " writable";
    if (event->closed) events_ += " closed";
  }
}

// A packet of the stack: is it well formed, and does it carry the right text?
void Story::take(const TxPacket& packet) {
  packet_ = whole(packet);
  const auto ip = wire::parse_ipv4(packet_);
  if (!ip) {
    broken_ = std::string("the stack sends a bad packet: ") + name(ip.error());
    return;
  }
  const auto tcp = wire::parse_tcp(ip->payload, ip->header.source, ip->header.destination);
  if (!tcp) {
    broken_ = std::string("the stack sends a bad segment: ") + name(tcp.error());
    return;
  }
  const std::uint32_t begin = tcp->header.sequence + (tcp->header.control.syn ? 1U : 0U) - ours_;
  const std::string wrong = wrong_text(tcp->text, begin);
  if (!wrong.empty()) broken_ = "the stack sends " + wrong;
  sent_.push_back({tcp->header, tcp->text.size()});
}

void Story::learn(const wire::TcpHeader& header) {
  if (header.control.syn) {
    ours_ = header.sequence;
    ours_known_ = true;
  }
  if (header.options.timestamps && !ts_known_) {
    const auto elapsed = std::chrono::floor<std::chrono::milliseconds>(now_ - start_).count();
    ts_base_ = header.options.timestamps->value - static_cast<std::uint32_t>(elapsed);
    ts_known_ = true;
  }
}

// With relative numbers. A reset that answers no acknowledgment has the literal SEQ 0 (3.5.2).
std::string Story::note_of(wire::TcpHeader header, std::size_t length, bool from_us) const {
  if (header.options.timestamps && from_us) header.options.timestamps->value -= ts_base_;
  if (header.options.timestamps && !from_us && header.control.ack) {
    header.options.timestamps->echo_reply -= ts_base_;
  }
  if (!header.control.ack) header.acknowledgment = 0;
  const bool bare_reset = header.control.rst && header.sequence == 0;
  const wire::RelativeTo base = from_us ? wire::RelativeTo{bare_reset ? 0 : ours_, theirs_}
                                        : wire::RelativeTo{theirs_, ours_};
  return wire::to_notation(header, length, base);
}

void Story::write(std::string_view line) {
  std::array<char, 32> time;
  const double seconds = std::chrono::duration<double>(now_ - start_).count();
  std::snprintf(time.data(), time.size(), "%10.3f  ", seconds);
  text_ += time.data();
  text_ += line;
  text_ += '\n';
}

void Story::segment(const trace::SegmentEvent& event) {
  const bool from_us = event.direction == trace::Direction::out;
  if (from_us) learn(event.header);
  const std::string why = event.why.what[0] != '\0' ? std::string("   # ") + event.why.what : "";
  write((from_us ? "> " : "< ") + note_of(event.header, event.text_size, from_us) + why);
}

void Story::transition(const trace::TransitionEvent& event) {
  state_ = event.to;
  edges_.emplace(event.from, event.to);
  connection_ = {event.tcb.id};
  write(std::string("  ") + name(event.from) + " -> " + name(event.to) + "   # " + event.why.what +
        " (" + event.why.clause + ")");
}

void Story::dropped(const trace::DropEvent& event) {
  drops_.push_back(event.drop);
  write(std::string("  drop ") + name(event.drop));
}

void Story::alarm(const trace::AlarmEvent& event) {
  write(std::string("  alarm ") + name(event.kind) + "   # " + event.why.what);
}

}  // namespace tcpstack::test
