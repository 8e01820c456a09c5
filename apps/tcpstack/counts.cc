#include "apps/tcpstack/counts.h"

#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include "stack/trace/counter_names.h"

namespace tcpstack::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kLineLength = 100;

// Calls fn(Drop, count) for each reason.
template <typename Fn>
void for_each_drop(const Counters& counters, Fn fn) {
  for (std::size_t i = 0; i < kDropCount; ++i) fn(static_cast<Drop>(i), counters.drops[i]);
}

std::string in_lines(const std::vector<std::string>& words) {
  std::string text;
  std::size_t length = kLineLength;
  for (const std::string& word : words) {
    if (length + word.size() + 1 > kLineLength) {
      text += text.empty() ? "  " : "\n  ";
      length = 0;
    }
    text += word + ' ';
    length += word.size() + 1;
  }
  return text + '\n';
}

std::string row(const char* name, std::uint64_t count, const char* meaning = "") {
  std::string line = fmt::format("  {:<24} {:>6}  {}", name, count, meaning);
  line.erase(line.find_last_not_of(' ') + 1);
  return line + '\n';
}

}  // namespace

std::string short_drop_table(const Counters& counters) {
  std::string text;
  for_each_drop(counters, [&](Drop drop, std::uint64_t count) {
    if (count != 0) text += row(name(drop), count, explain(drop));
  });
  return text.empty() ? "nothing dropped\n" : "dropped:\n" + text;
}

std::string drop_table(const Counters& counters) {
  std::vector<std::string> never;
  for_each_drop(counters, [&](Drop drop, std::uint64_t count) {
    if (count == 0) never.emplace_back(name(drop));
  });
  return short_drop_table(counters) + "not dropped, because of:\n" + in_lines(never);
}

std::string counter_table(const Counters& counters) {
  std::string text = "counted:\n";
  for (const NamedCounter& each : kNamedCounters) text += row(each.name, counters.*each.value);
  return text;
}

std::string short_counter_table(const Counters& counters) {
  std::string text;
  for (const NamedCounter& each : kNamedCounters) {
    if (counters.*each.value != 0) text += row(each.name, counters.*each.value);
  }
  return text.empty() ? text : "counted:\n" + text;
}

json::object drops_as_json(const Counters& counters) {
  json::object drops;
  for_each_drop(counters, [&](Drop drop, std::uint64_t count) { drops[name(drop)] = count; });
  return drops;
}

json::object counters_as_json(const Counters& counters) {
  json::object all;
  for (const NamedCounter& each : kNamedCounters) all[each.name] = counters.*each.value;
  return all;
}

}  // namespace tcpstack::app
