// The columns of a narrated line:
//
//    0.000123  10.0.0.1:51234  -> 7     S 0:0(0) win 64240 <mss 1460,sackOK>
//    0.000123  10.0.0.1:51234     7     LISTEN -> SYN_RECEIVED  SYN to a listening port (RFC 9293 ...)
//    0.000150  10.0.0.1:51234  <- 7     S. 0:0(0) ack 1 win 65535 <mss 1460>  answers a SYN (RFC ...)
//
// The peer is on the left and our port on the right, so that the arrow shows the direction of the segment.
#include "apps/tcpstack/line.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace tcpstack::app {
namespace {

// ANSI "select graphic rendition".
constexpr std::string_view kReset = "\033[0m";
constexpr std::string_view kDim = "\033[2m";

std::string_view color(LineKind kind) {
  switch (kind) {
    case LineKind::segment_in: return "\033[36m";    // cyan
    case LineKind::segment_out: return "\033[32m";   // green
    case LineKind::transition: return "\033[1;33m";  // bold yellow
    case LineKind::drop: return "\033[31m";          // red
    case LineKind::alarm: return "\033[35m";         // magenta
    case LineKind::note: return "";
  }
  return "";
}

std::string_view arrow(LineKind kind) {
  if (kind == LineKind::segment_in) return "->";
  return kind == LineKind::segment_out ? "<-" : "";
}

double seconds(Time at) { return std::chrono::duration<double>(at.time_since_epoch()).count(); }

// "SYN to a listening port (RFC 9293 3.10.7.2)"
std::string reason(const Line& line) {
  if (line.clause.empty()) return line.why;
  if (line.why.empty()) return fmt::format("({})", line.clause);
  return fmt::format("{} ({})", line.why, line.clause);
}

std::string happening(const Line& line) {
  switch (line.kind) {
    case LineKind::segment_in:
    case LineKind::segment_out: return line.what;
    case LineKind::transition:
      return fmt::format("{} -> {}", tcp::name(line.from), tcp::name(line.to));
    case LineKind::drop: return fmt::format("dropped: {}", line.what);
    case LineKind::alarm: return fmt::format("alarm: {}", line.what);
    case LineKind::note: return line.what;
  }
  return {};
}

// The columns before the sentence, padded so that all sentences begin in one column.
std::string columns(const Line& line) {
  std::string remote;
  std::string port;
  if (line.has_connection()) {
    remote = line.remote.to_string();
    port = fmt::format("{}", line.local.port);
  } else if (!line.remote.address.is_unspecified()) {
    remote = line.remote.address.to_string();
  }
  return fmt::format("{:9.6f}  {:<15} {:>2} {:<4}  ", seconds(line.at), remote, arrow(line.kind),
                     port);
}

std::string_view event_name(LineKind kind) {
  switch (kind) {
    case LineKind::segment_in:
    case LineKind::segment_out: return "segment";
    case LineKind::transition: return "transition";
    case LineKind::drop: return "drop";
    case LineKind::alarm: return "alarm";
    case LineKind::note: return "note";
  }
  return "";
}

// The name of the member that holds `what`.
std::string_view what_name(LineKind kind) {
  return kind == LineKind::note ? "note" : event_name(kind);
}

std::string painted(std::string_view escape, std::string_view text) {
  return escape.empty() || text.empty() ? std::string(text)
                                        : fmt::format("{}{}{}", escape, text, kReset);
}

}  // namespace

std::string to_sentence(const Line& line) {
  const std::string first = happening(line);
  const std::string second = reason(line);
  if (first.empty() || second.empty()) return first + second;
  return first + "  " + second;
}

std::string to_text(const Line& line, TextStyle style) {
  const std::string head = columns(line);
  const std::string first = happening(line);
  const std::string second = reason(line);
  std::string gap;
  if (!first.empty() && !second.empty()) {
    const bool fits = head.size() + first.size() + 2 + second.size() <= style.width;
    gap = fits ? "  " : "\n" + std::string(head.size(), ' ');
  }
  if (!style.colors) return head + first + gap + second;
  return painted(kDim, head) + painted(color(line.kind), first) + gap + painted(kDim, second);
}

std::string to_json(const Line& line) {
  boost::json::object object;
  object["time_us"] = line.at.time_since_epoch().count();
  object["event"] = event_name(line.kind);
  if (!arrow(line.kind).empty())
    object["direction"] = line.kind == LineKind::segment_in ? "in" : "out";
  if (line.has_connection()) {
    object["local"] = line.local.to_string();
    object["remote"] = line.remote.to_string();
  } else if (!line.remote.address.is_unspecified()) {
    object["remote"] = line.remote.address.to_string();
  }
  if (line.kind == LineKind::transition) {
    object["from"] = tcp::name(line.from);
    object["to"] = tcp::name(line.to);
  }
  if (!line.what.empty()) object[what_name(line.kind)] = line.what;
  if (!line.why.empty()) object["why"] = line.why;
  if (!line.clause.empty()) object["clause"] = line.clause;
  return boost::json::serialize(object);
}

}  // namespace tcpstack::app
