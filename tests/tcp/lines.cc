// The meaning of a story's lines.
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <vector>

#include "stack/wire/notation.h"
#include "tests/tcp/peer.h"
#include "tests/tcp/story.h"

namespace tcpstack::test {

namespace {

// In the order of tcp::Error.
constexpr std::array<std::string_view, 11> kErrors = {
    "none",    "does_not_exist", "already_exists", "closing",     "reset",         "refused",
    "aborted", "illegal",        "insufficient",   "would_block", "address_in_use"};

std::string word(tcp::Error error) {
  return std::string(kErrors.at(static_cast<std::size_t>(error)));
}

template <typename Value>
std::string word(const std::expected<Value, tcp::Error>& result) {
  if (!result) return word(result.error());
  if constexpr (std::is_same_v<Value, std::size_t>) {
    return std::to_string(*result);
  } else {
    return "ok";
  }
}

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// The text before and after the first `separator`, trimmed.
std::pair<std::string_view, std::string_view> cut(std::string_view text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return {trim(text), {}};
  return {trim(text.substr(0, at)), trim(text.substr(at + 1))};
}

std::optional<Duration> duration(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc{}) return std::nullopt;
  if (unit == "us") return std::chrono::microseconds(number);
  if (unit == "ms") return std::chrono::milliseconds(number);
  if (unit == "s") return std::chrono::seconds(number);
  if (unit == "d") return std::chrono::days(number);
  return std::nullopt;
}

std::size_t number(std::string_view text) {
  std::size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string unreadable(std::string_view line, const wire::NotationError& error) {
  return "not a segment: " + std::string(line) + "\n" + std::string(15 + error.offset, ' ') +
         "^ expected: " + error.expected;
}

}  // namespace

std::optional<std::string> Story::tell(std::string_view line) {
  if (!broken_.empty()) return broken_;
  const auto [first, rest] = cut(line, ' ');
  if (first == ">") return has_sent(rest);
  if (first == "drop") {
    if (drops_.empty()) return "expected: drop " + std::string(rest) + "\nbut nothing was dropped";
    const std::string came = name(drops_.front());
    drops_.pop_front();
    if (came != rest) return "expected: drop " + std::string(rest) + "\ncame:     drop " + came;
    return std::nullopt;
  }
  if (!value_of(first).empty()) return check(first, rest);
  // Something new happens: all earlier output must have its lines.
  if (first != "<" && first != "<<" && !first.starts_with('+')) return call(first, rest);
  if (auto wrong = end()) return wrong;
  if (first.starts_with('+')) {
    const auto span = duration(first.substr(1));
    if (!span) return "not a time: " + std::string(first);
    return pass(*span);
  }
  return peer_sends(rest, first == "<<");
}

Story::Wrong Story::peer_sends(std::string_view notation, bool more_comes) {
  const auto noted = wire::from_notation(notation, {theirs_, ours_});
  if (!noted) return unreadable(notation, noted.error());
  wire::TcpHeader header = noted->header;
  if (!header.control.ack) header.acknowledgment = 0;
  if (notation.find(" win ") == std::string_view::npos) header.window = kTheirWindow;
  if (header.options.timestamps && header.control.ack) {
    header.options.timestamps->echo_reply += ts_base_;
  }
  packet_arrives(header, noted->length);
  if (!more_comes) drain();
  return std::nullopt;
}

Story::Wrong Story::has_sent(std::string_view notation) {
  const auto noted = wire::from_notation(notation.substr(0, notation.find("<...>")));
  if (!noted) return unreadable(notation, noted.error());
  if (sent_.empty()) return "expected: > " + std::string(notation) + "\nbut nothing was sent";
  Sent came = sent_.front();
  sent_.pop_front();
  if (notation.find(" win ") == std::string_view::npos) came.header.window = 0;
  if (notation.find("<...>") != std::string_view::npos) came.header.options = {};
  const std::string expected = wire::to_notation(noted->header, noted->length);
  const std::string is = note_of(came.header, came.length, true);
  if (is == expected) return std::nullopt;
  return "expected: > " + expected + "\ncame:     > " + is;
}

Story::Wrong Story::pass(Duration span) {
  const Time until = now_ + span;
  for (auto next = stack_.next_deadline(); next && *next <= until; next = stack_.next_deadline()) {
    if (*next < now_) return "an alarm that was due is still there";
    now_ = *next;
    stack_.time_passes(now_);
    drain();
    if (const auto again = stack_.next_deadline(); again && *again <= now_) {
      return "an alarm that has gone off is due again at once";
    }
  }
  now_ = until;
  stack_.time_passes(now_);
  drain();
  return std::nullopt;
}

Story::Wrong Story::call(std::string_view verb, std::string_view rest) {
  if (auto wrong = end()) return wrong;
  const auto [argument, expected] = cut(rest, '=');
  write(std::string(verb) + " " + std::string(argument));
  std::string result;
  if (verb == "listen") result = listen();
  if (verb == "unlisten") result = unlisten();
  if (verb == "open") result = open();
  if (verb == "accept") result = accept();
  if (verb == "send") result = send(number(argument));
  if (verb == "receive") result = receive(number(argument));
  if (verb == "close") result = close();
  if (verb == "abort") result = abort();
  if (verb == "release") result = release();
  if (result.empty()) return "not a line of a story: " + std::string(verb);
  write("  = " + result);
  drain();
  const std::string_view should = !expected.empty()   ? expected
                                  : !argument.empty() ? argument
                                                      : "ok";
  if (result == should) return std::nullopt;
  return std::string(verb) + " should return: " + std::string(should) +
         "\nit returned:       " + result;
}

Story::Wrong Story::check(std::string_view what, std::string_view value) {
  const std::string is = value_of(what);
  if (what == "event") {
    events_.clear();
    if (is.find(value) != std::string::npos) return std::nullopt;
  }
  if (is == value) return std::nullopt;
  return std::string(what) + " should be: " + std::string(value) + "\nit is:      " + is;
}

// The value that a check compares; empty if there is none.
std::string Story::value_of(std::string_view what) {
  const auto status = stack_.status(connection_);
  const tcp::Tcb* const tcb = stack_.tcb(connection_);
  if (what == "state") return name(state_);
  if (what == "event") return "events:" + events_;
  if (what == "error") return status ? word(status->error) : "no connection";
  if (what == "connections") return std::to_string(stack_.connection_count());
  if (what == "readable") return status ? std::to_string(status->readable) : "no connection";
  if (what == "at_end") return status && status->at_end ? "yes" : "no";
  if (what == "unacknowledged") return status ? std::to_string(status->unacknowledged) : "none";
  if (tcb == nullptr) return what.find('.') != std::string_view::npos ? "no connection" : "";
  if (what == "snd.wnd") return std::to_string(tcb->snd.wnd);
  if (what == "rcv.up") return std::to_string(tcb->rcv.up.number() - theirs_);
  if (what == "rtt.srtt") return std::to_string(tcb->rtt.srtt.count() / 1000) + "ms";
  return {};
}

std::string Story::listen() {
  const auto listener = stack_.listen(kOurs, 0);
  if (listener) {
    listener_ = *listener;
    state_ = tcp::State::LISTEN;
  }
  return word(listener);
}

std::string Story::unlisten() {
  stack_.close(listener_, now_);
  return "ok";
}

std::string Story::open() {
  const auto connection = stack_.open(kTheirs, {{}, kOurs.port}, now_);
  if (connection) connection_ = *connection;
  return word(connection);
}

std::string Story::accept() {
  const auto connection = stack_.accept(listener_, now_);
  if (connection) connection_ = *connection;
  return word(connection);
}

std::string Story::send(std::size_t size) {
  std::vector<std::uint8_t> text(size);
  for (std::size_t i = 0; i < size; ++i) {
    text[i] = text_byte(queued_ + static_cast<std::uint32_t>(i));
  }
  const auto sent = stack_.send(connection_, text, now_);
  if (sent) queued_ += static_cast<std::uint32_t>(*sent);
  return word(sent);
}

std::string Story::receive(std::size_t size) {
  std::vector<std::uint8_t> text(size);
  const auto result = stack_.receive(connection_, text, now_);
  for (std::size_t i = 0; result && i < *result; ++i, ++received_) {
    if (text[i] != text_byte(received_)) {
      broken_ = "the user receives wrong text at number " + std::to_string(received_);
    }
  }
  return word(result);
}

std::string Story::close() { return word(stack_.close(connection_, now_)); }
std::string Story::abort() { return word(stack_.abort(connection_, now_)); }

std::string Story::release() {
  stack_.release(connection_, now_);
  return "ok";
}

}  // namespace tcpstack::test
