#include "apps/tcpdrill/language/parser.h"

#include <charconv>
#include <cmath>

#include "apps/tcpdrill/language/problem.h"

namespace tcpstack::drill {
namespace {

constexpr std::int64_t kMicrosecondsPerSecond = 1'000'000;
constexpr double kLongestTime = 1e9;  // seconds

// +T or T. Returns whether the time is relative, by its sign.
bool parse_time(Lexer& in, Duration& time) {
  const bool relative = in.take("+");
  time = parse_seconds(in);
  return relative;
}

When parse_when(Lexer& in) {
  When when;
  if (in.take("*")) {
    when.kind = When::Kind::any;
    return when;
  }
  if (in.take("&")) {
    when.kind = When::Kind::together;
    return when;
  }
  const bool relative = parse_time(in, when.at);
  when.kind = relative ? When::Kind::relative : When::Kind::absolute;
  if (!in.take("~")) return when;
  const std::size_t offset = in.offset();
  when.until.emplace();
  if (parse_time(in, *when.until) != relative)
    throw Malformed(offset, relative ? "a relative time, as the range's first one: +T"
                                     : "an absolute time, as the range's first one");
  if (*when.until < when.at) throw Malformed(offset, "a time not before the range's first one");
  return when;
}

// ...T: the time at which a blocking call returns.
std::optional<Duration> parse_until(Lexer& in) {
  if (!in.take("...")) return std::nullopt;
  if (in.take("+")) in.fail("a time without a sign: it counts as the time before '...' does");
  const Duration until = parse_seconds(in);
  if (in.peek().kind != TokenKind::word) in.fail("a call, since only a call can last");
  return until;
}

void parse_what(Lexer& in, const Definitions& definitions, Event& event) {
  const std::optional<Duration> until = parse_until(in);
  std::string_view inside;
  if (in.peek().kind == TokenKind::word) {
    event.what = parse_call(in, definitions);
    std::get<Call>(event.what).until = until;
  } else if (in.peek().text == "<" || in.peek().text == ">") {
    event.what = parse_packet(in, definitions);
  } else if (in.take_quoted("`", "`", inside)) {
    event.what = Command{std::string(inside)};
  } else if (in.take_quoted("%{", "}%", inside)) {
    event.what = Code{std::string(inside), in.end() - inside.size() - 2};
  } else {
    in.fail("an event: < or > and a packet, a call, `command` or %{ code }%");
  }
}

// An inbound packet, or a call that returns at once.
bool can_be_in_batch(const Event& event) {
  const auto* const packet = std::get_if<Packet>(&event.what);
  const auto* const call = std::get_if<Call>(&event.what);
  return (packet != nullptr && packet->inbound) || (call != nullptr && !call->until);
}

bool is_outbound(const Event& event) {
  const auto* const packet = std::get_if<Packet>(&event.what);
  return packet != nullptr && !packet->inbound;
}

// `before`: the event before, nullptr for the first.
void check_when(const Event& event, const Event* before) {
  if (event.when.kind == When::Kind::together) {
    if (before == nullptr || !can_be_in_batch(event) || !can_be_in_batch(*before))
      throw Malformed(event.offset,
                      "a time: '&' joins inbound packets and calls to those before them");
    return;
  }
  if (!is_outbound(event) && (event.when.kind == When::Kind::any || event.when.until))
    throw Malformed(event.offset, "one exact time: '*' and ranges are for outbound packets");
}

Event parse_event(Lexer& in, const Definitions& definitions, const Event* before) {
  Event event;
  event.offset = in.offset();
  event.when = parse_when(in);
  parse_what(in, definitions, event);
  event.end = in.end();
  check_when(event, before);
  return event;
}

std::optional<Event> parse_bare_command(Lexer& in) {
  Event event;
  event.offset = in.offset();
  std::string_view inside;
  if (!in.take_quoted("`", "`", inside)) return std::nullopt;
  event.what = Command{std::string(inside)};
  event.end = in.end();
  return event;
}

std::vector<ScriptOption> parse_options_of(Lexer& in) {
  std::vector<ScriptOption> options;
  std::string_view nothing;
  for (;;) {
    const std::size_t offset = in.offset();
    if (!in.take_quoted("--", "", nothing)) return options;
    std::string text(in.take_value());
    const std::size_t equals = text.find('=');
    ScriptOption option{.name = text.substr(0, equals), .value = {}, .offset = offset};
    if (option.name.empty()) throw Malformed(offset, "an option: --name or --name=value");
    if (equals != std::string::npos) option.value = text.substr(equals + 1);
    options.push_back(std::move(option));
  }
}

}  // namespace

std::uint64_t parse_number(Lexer& in, std::uint64_t largest) {
  const std::string expected = "a whole number up to " + std::to_string(largest);
  if (in.peek().kind != TokenKind::number) in.fail(expected);
  std::string_view text = in.peek().text;
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number, hex ? 16 : 10);
  if (error != std::errc{} || stopped != end || number > largest) in.fail(expected);
  in.next();
  return number;
}

Duration parse_seconds(Lexer& in) {
  if (in.peek().kind != TokenKind::number) in.fail("a time in seconds");
  const std::string text(in.peek().text);
  double seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, seconds);
  if (error != std::errc{} || stopped != end || seconds > kLongestTime)
    in.fail("a time in seconds, such as 0.25");
  in.next();
  if (in.peek().kind == TokenKind::word && in.offset() == in.end())
    in.fail("a blank after the time, which is in seconds");
  return Duration(std::llround(seconds * kMicrosecondsPerSecond));
}

Script parse_script(std::string name, std::string source, const Definitions& definitions) {
  Script script;
  script.name = std::move(name);
  script.source = std::move(source);
  Lexer in(script.source);
  script.options = parse_options_of(in);
  script.preamble = parse_bare_command(in);
  while (in.peek().kind != TokenKind::end) {
    script.clean_up = parse_bare_command(in);
    if (script.clean_up) break;
    const Event* const before = script.events.empty() ? nullptr : &script.events.back();
    script.events.push_back(parse_event(in, definitions, before));
  }
  if (in.peek().kind != TokenKind::end) in.fail("the end: a command without a time is the last");
  if (script.events.empty())
    in.fail("an event, such as: 0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3");
  const Event& first = script.events.front();
  const bool at_zero = first.when.kind != When::Kind::any && first.when.at == Duration(0);
  if (!at_zero) throw Malformed(first.offset, "time 0 for the first event");
  return script;
}

}  // namespace tcpstack::drill
