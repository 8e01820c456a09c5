#include "apps/tcpdrill/run/runner.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "apps/tcpdrill/language/problem.h"
#include "apps/tcpdrill/language/symbols.h"
#include "apps/tcpdrill/packets/match.h"
#include "apps/tcpdrill/packets/packet_text.h"
#include "apps/tcpdrill/run/commands.h"

namespace tcpstack::drill {
namespace {

// An event's text on one line.
std::string text_of(const Script& script, const Event& event) {
  const std::string_view source =
      std::string_view(script.source).substr(event.offset, event.end - event.offset);
  std::string text;
  for (const char c : source) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank) text += c;
    if (blank && !text.ends_with(' ')) text += ' ';
  }
  return text;
}

bool is_within(Time time, Time from, Time until, Duration tolerance) {
  return time >= from - tolerance && time <= until + tolerance;
}

// A packet that no line expects, in the script's notation.
std::string unexpected_text(const Seen& seen) {
  if (const auto* const tcp = std::get_if<TcpSpec>(&seen.packet.content)) return to_text(*tcp);
  Packet shown = seen.packet;
  shown.ip = {};
  return to_text(shown);
}

}  // namespace

Runner::Runner(const Script& script, const Setup& setup, const WorldMaker& make_world, bool narrate,
               PacketSink sink, Time epoch)
    : script_(script),
      flows_(setup.switches.peer_isn),
      story_(flows_, narrate, epoch),
      world_(make_world(setup, flows_, story_, epoch)),
      switches_(world_->comparable(setup.switches)),
      wire_(*world_, flows_, setup.addresses, story_, std::move(sink)) {}

void Runner::run() {
  for (const Event& event : script_.events) {
    event_ = &event;
    run_event(event);
  }
  finish_pending();
  if (script_.clean_up) {
    event_ = &*script_.clean_up;
    run_command(std::get<Command>(event_->what).text, *world_);
  }
  if (switches_.unread_fails && !wire_.unread().empty())
    throw Mismatch("no line expects this packet: " + unexpected_text(wire_.unread().front()));
}

void Runner::run_event(const Event& event) {
  const auto* const packet = std::get_if<Packet>(&event.what);
  if (packet != nullptr && !packet->inbound) {
    run_packet_out(event, *packet);
    inbound_.reset();
    completed_ = world_->now();
    return;
  }
  if (packet == nullptr) finish_pending();
  const Time at = time_of(event.when, event.when.at);
  if (at + switches_.tolerance < completed_)
    throw Mismatch(fmt::format("time: it is {} already; '+' counts from the event before",
                               to_text(completed_)));
  const bool together = event.when.kind == When::Kind::together;
  if (!together) advance(at);
  if (packet != nullptr) {
    run_packet_in(event, *packet);
    if (!together) inbound_ = at;
  } else {
    inbound_.reset();
    if (const auto* const call = std::get_if<Call>(&event.what)) run_call(event, *call);
    if (const auto* const code = std::get_if<Code>(&event.what)) run_code(*code);
    if (const auto* const command = std::get_if<Command>(&event.what))
      run_command(command->text, *world_);
  }
  completed_ = world_->now();
}

Time Runner::time_of(const When& when, Duration offset) const {
  if (when.kind == When::Kind::absolute) return Time(offset);
  if (when.kind == When::Kind::together) return world_->now();
  const auto* const packet = std::get_if<Packet>(&event_->what);
  const bool both_inbound = packet != nullptr && packet->inbound && inbound_;
  return (both_inbound ? *inbound_ : completed_) + offset;
}

// 12.5 % of the time since the event before, but at least the script's tolerance.
Duration Runner::tolerance(Time at) const {
  return std::max(switches_.tolerance, (at - completed_) / 8);
}

void Runner::advance(Time time) {
  while (advance_one(time)) {
  }
}

bool Runner::advance_one(Time limit) {
  Time until = limit;
  if (pending_ && pending_->attempt.deadline)
    until = std::clamp(*pending_->attempt.deadline, world_->now(), std::max(limit, world_->now()));
  const bool happened = world_->pass(until);
  changed();
  return happened || until < limit;
}

void Runner::changed() {
  wire_.collect();
  try_pending();
}

bool Runner::ends_batch(const Event& event) const {
  const Event* const next = &event + 1;
  const Event* const end = script_.events.data() + script_.events.size();
  return next == end || next->when.kind != When::Kind::together;
}

void Runner::run_packet_in(const Event& event, const Packet& packet) {
  wire_.inject(packet);
  if (ends_batch(event)) transmit();
}

void Runner::transmit() {
  world_->transmit();
  changed();
}

Seen& Runner::wait_for_packet(const Packet& packet, Time latest) {
  for (;;) {
    if (Seen* const seen = wire_.oldest(packet)) return *seen;
    const bool waits = pending_ && pending_->attempt.deadline;
    if ((!world_->is_active() && !waits) || world_->now() >= latest)
      throw Mismatch(fmt::format("expected {}\n{}", to_text(packet), wire_.what_else_was_sent()));
    advance_one(latest);
  }
}

void Runner::check_time(const Event& event, const Seen& seen) const {
  if (event.when.kind == When::Kind::any) return;
  const Time from = time_of(event.when, event.when.at);
  const Time until = time_of(event.when, event.when.until.value_or(event.when.at));
  const Duration allowed = tolerance(from);
  if (is_within(seen.at, from, until, allowed)) return;
  const std::string range = from == until ? "" : " to " + to_text(until);
  throw Mismatch(fmt::format("time: expected {}{} (give or take {}), sent at {}", to_text(from),
                             range, to_text(allowed), to_text(seen.at)));
}

void Runner::run_packet_out(const Event& event, const Packet& packet) {
  const bool any = event.when.kind == When::Kind::any;
  const Time until = time_of(event.when, event.when.until.value_or(event.when.at));
  const Patience patience = world_->patience();
  const Time latest =
      any ? world_->now() + patience.without : std::max(until, world_->now()) + patience.with_time;
  Seen& seen = wait_for_packet(packet, latest);
  const auto* const tcp = std::get_if<TcpSpec>(&packet.content);
  if (tcp != nullptr && !switches_.strict_segments) {
    const auto length = [&] {
      const auto* const sent = std::get_if<TcpSpec>(&seen.packet.content);
      return sent == nullptr ? tcp->length : sent->length;
    };
    while (length() > 0 && length() < tcp->length && wire_.join(seen)) {
    }
  }
  const std::string differences = difference(packet, seen.packet, seen.live, *seen.flow, switches_);
  if (!differences.empty()) {
    Packet shown = seen.packet;
    shown.ip = packet.ip.tos || packet.ip.ttl || packet.ip.ecn ? seen.packet.ip : IpSpec{};
    throw Mismatch(
        fmt::format("expected {}\nsent     {}\n{}", to_text(packet), to_text(shown), differences));
  }
  check_time(event, seen);
  wire_.discard(seen);
}

void Runner::run_call(const Event& event, const Call& call) {
  story_.add(world_->now(), text_of(script_, event));
  Pending pending{
      .event = &event, .attempt = {&call, world_->now()}, .ends = world_->now(), .allowed = {}};
  if (call.until) {
    pending.ends = time_of(event.when, *call.until);
    pending.allowed = tolerance(pending.ends);
    pending_.emplace(pending);
    changed();
    return;
  }
  const auto outcome = world_->attempt(pending.attempt);
  if (ends_batch(event)) transmit();
  if (outcome) return check_outcome(call, *outcome);
  if (call.name == "connect" || call.name == "epoll_wait" || call.name == "poll")
    throw Mismatch(call.name +
                   "() blocks, and the script has no time of its return, such as 0...0.1");
  throw Mismatch(call.name + "() blocks: there is nothing to return");
}

void Runner::try_pending() {
  if (!pending_) return;
  const auto outcome = world_->attempt(pending_->attempt);
  world_->transmit();
  wire_.collect();
  if (!outcome) return;
  const Pending done = *pending_;
  pending_.reset();
  event_ = done.event;
  const Call& call = *done.attempt.called;
  story_.add(world_->now(), fmt::format("... {}() returns", call.name));
  check_outcome(call, *outcome);
  if (!is_within(world_->now(), done.ends, done.ends, done.allowed))
    throw Mismatch(
        fmt::format("time: expected {}() to return at {} (give or take {}), returned at {}",
                    call.name, to_text(done.ends), to_text(done.allowed), to_text(world_->now())));
}

// Only one call is pending at a time, so this comes before another call.
void Runner::finish_pending() {
  if (!pending_) return;
  const Event* const event = event_;
  event_ = pending_->event;
  const Time latest = pending_->ends + pending_->allowed;
  const std::string name = pending_->attempt.called->name;
  while (pending_ && advance_one(latest)) {
  }
  if (pending_) throw Mismatch(name + "() still blocks at " + to_text(latest));
  event_ = event;
}

void Runner::check_outcome(const Call& call, const Outcome& outcome) const {
  const bool any = call.result.kind == Expr::Kind::ellipsis;
  const std::int64_t expected = any ? outcome.value : evaluate(call.result);
  const auto error =
      call.error.empty() ? std::optional<std::int64_t>(outcome.error) : symbol(call.error);
  if (!error) throw Unsupported(call.error);
  if (expected == outcome.value && *error == outcome.error) return;
  const auto shown = [](std::int64_t value, int number) {
    return number == 0 ? fmt::format("{}", value) : fmt::format("{} {}", value, errno_name(number));
  };
  const int wanted = call.error.empty() ? 0 : static_cast<int>(*error);
  throw Mismatch(fmt::format("{}(): expected {}, returned {}", call.name, shown(expected, wanted),
                             shown(outcome.value, outcome.error)));
}

double Runner::look_up(std::string_view name) {
  constexpr std::string_view kPrefix = "tcpi_";
  if (!name.starts_with(kPrefix)) {
    if (const auto value = symbol(name)) return static_cast<double>(*value);
    throw Unsupported(std::string(name));
  }
  const auto value = world_->info(name.substr(kPrefix.size()));
  if (!value) throw Unsupported(std::string(name));
  return static_cast<double>(static_cast<std::uint64_t>(*value));  // no field is negative
}

void Runner::run_code(const Code& code) {
  const CodeWorld world{
      .variables = variables_,
      .look_up = [this](std::string_view name) { return look_up(name); },
      .print = [this](const std::string& line) { story_.add(world_->now(), line); }};
  drill::run_code(code.text, code.offset, world);
}

}  // namespace tcpstack::drill
