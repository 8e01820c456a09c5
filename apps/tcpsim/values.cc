// See values.h.
#include "apps/tcpsim/values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <sstream>

#include <fmt/format.h>

namespace tcpstack::simulator {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""us;

struct Unit {
  std::string_view name;
  double factor;
};
constexpr std::array<Unit, 4> kRates{{{"bit", 1}, {"kbit", 1e3}, {"mbit", 1e6}, {"gbit", 1e9}}};
constexpr std::array<Unit, 5> kSizes{{{"", 1}, {"b", 1}, {"kb", 1e3}, {"mb", 1e6}, {"gb", 1e9}}};
constexpr double kSlowest = 1e3;
constexpr double kFastest = 1e11;
constexpr double kLargest = 10e9;

// "10mbit" by the factors of its units.
template <std::size_t N>
std::optional<double> quantity(std::string_view text, const std::array<Unit, N>& units) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto* const unit = std::ranges::find(units, text.substr(digits), &Unit::name);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, number);
  if (unit == units.end() || error != std::errc{} || end != text.data() + digits) return {};
  return number * unit->factor;
}

// Reads one word of a flow's description, whose rest is in `words`. Returns an error; empty: understood.
std::string take_word(const std::string& word, std::istringstream& words, FlowRequest& flow) {
  std::string next;
  if (word == "at") {
    words >> next;
    const auto start = app::parse_duration(next, 0us, 3600s);
    if (!start) return fmt::format("begins at '{}', which {}", next, start.error());
    flow.start = *start;
    return {};
  }
  if (word == "delay") {
    words >> next;
    const auto delay = app::parse_duration(next, 0us, 60s);
    if (!delay) return fmt::format("has a delay of '{}', which {}", next, delay.error());
    flow.delay = *delay;
    return {};
  }
  if (word == "back") {
    words >> next;
    const auto bytes = parse_size(next);
    if (!bytes) return fmt::format("sends back '{}', which {}", next, bytes.error());
    flow.bytes_back = *bytes;
    return {};
  }
  if (const auto bytes = parse_size(word)) {
    flow.bytes = *bytes;
    return {};
  }
  const auto congestion = app::parse_congestion(word);
  if (!congestion) {
    return fmt::format(
        "has the word '{}', which is none of: a congestion control, a size, at TIME, back SIZE; "
        "for example "
        "'reno 5mb at 2s'",
        word);
  }
  flow.congestion = *congestion;
  return {};
}

}  // namespace

Value<std::uint64_t> parse_rate(std::string_view text) {
  if (text == "unlimited") return 0;
  const auto rate = quantity(text, kRates);
  if (!rate || *rate < kSlowest || *rate > kFastest) {
    return std::unexpected("is not a rate from 1kbit to 100gbit, such as 10mbit, nor 'unlimited'");
  }
  return static_cast<std::uint64_t>(std::llround(*rate));
}

Value<double> parse_percentage(std::string_view text) {
  constexpr std::array<Unit, 1> kPercent{{{"%", 0.01}}};
  const auto probability = quantity(text, kPercent);
  if (!probability || *probability > 1) {
    return std::unexpected("is not a percentage from 0% to 100%, such as 1% or 0.5%");
  }
  return *probability;
}

Value<std::uint64_t> parse_size(std::string_view text) {
  const auto size = quantity(text, kSizes);
  if (!size || *size > kLargest) {
    return std::unexpected("is not a size of at most 10gb, such as 500kb or 10mb");
  }
  return static_cast<std::uint64_t>(std::llround(*size));
}

Value<sim::GilbertElliott> parse_bursts(std::string_view text) {
  const std::size_t comma = std::min(text.find(','), text.size());
  const auto share = parse_percentage(text.substr(0, comma));
  if (!share || *share >= 1 || comma == text.size())
    return std::unexpected("is not a share of the time and the length of a burst, such as 1%,5ms");
  const auto bad = app::parse_duration(text.substr(comma + 1), 1us, 60s);
  if (!bad) return std::unexpected("has bursts of a time that " + bad.error());
  if (*share == 0) return sim::GilbertElliott{};
  const std::chrono::duration<double, std::micro> good = *bad * ((1 - *share) / *share);
  return sim::GilbertElliott{.good = std::chrono::round<Duration>(good), .bad = *bad};
}

Value<Reordering> parse_reordering(std::string_view text) {
  Reordering reordering;
  const std::size_t comma = std::min(text.find(','), text.size());
  const auto probability = parse_percentage(text.substr(0, comma));
  if (!probability) return std::unexpected(probability.error() + ", or 5%,4ms");
  reordering.probability = *probability;
  if (comma == text.size()) return reordering;
  const auto delay = app::parse_duration(text.substr(comma + 1), 1us, 60s);
  if (!delay) return std::unexpected("holds packets back for a time that " + delay.error());
  reordering.delay = *delay;
  return reordering;
}

Value<FlowRequest> parse_flow(std::string_view text, FlowRequest flow) {
  std::istringstream words{std::string(text)};
  std::string word;
  while (words >> word) {
    const std::string mistake = take_word(word, words, flow);
    if (!mistake.empty()) return std::unexpected(mistake);
  }
  return flow;
}

}  // namespace tcpstack::simulator
