#include "stack/device/fault.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace tcpstack::device {
namespace {

template <typename T>
struct Named {
  std::string_view name;
  T value;
};

constexpr std::array<Named<FaultKind>, 8> kVerbs{{{"drop", FaultKind::drop},
                                                  {"duplicate", FaultKind::duplicate},
                                                  {"delay", FaultKind::delay},
                                                  {"hold", FaultKind::hold},
                                                  {"corrupt", FaultKind::corrupt},
                                                  {"loss", FaultKind::drop},
                                                  {"reorder", FaultKind::delay},
                                                  {"rate", FaultKind::rate}}};
constexpr std::array<Named<PacketKind>, 8> kTargets{{{"data", PacketKind::data},
                                                     {"ack", PacketKind::ack},
                                                     {"syn", PacketKind::syn},
                                                     {"synack", PacketKind::synack},
                                                     {"fin", PacketKind::fin},
                                                     {"rst", PacketKind::rst},
                                                     {"udp", PacketKind::udp},
                                                     {"icmp", PacketKind::icmp}}};
// To microseconds, and to bits a second.
constexpr std::array<Named<double>, 3> kTimes{{{"us", 1}, {"ms", 1e3}, {"s", 1e6}}};
constexpr std::array<Named<double>, 3> kRates{{{"kbit", 1e3}, {"mbit", 1e6}, {"gbit", 1e9}}};
constexpr double kLongestDelay = 600e6;  // microseconds
constexpr double kSlowest = 1e3;         // bits a second
constexpr double kFastest = 1e12;

template <typename T, std::size_t N>
std::optional<T> find(const std::array<Named<T>, N>& names, std::string_view name) {
  const auto* const found = std::ranges::find(names, name, &Named<T>::name);
  if (found == names.end()) return {};
  return found->value;
}

template <typename Number>
std::optional<Number> to_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return number;
}

// "300ms" by the factors of its units.
template <std::size_t N>
std::optional<double> to_quantity(std::string_view text,
                                  const std::array<Named<double>, N>& units) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto factor = find(units, text.substr(digits));
  const auto number = to_number<double>(text.substr(0, digits));
  if (!factor || !number) return {};
  return *number * *factor;
}

// Reads word by word. A read_*() returns false if it has found a mistake.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    fault_.text = text;
    next();
  }

  std::expected<Fault, FaultMistake> read() {
    const std::string_view verb = word_;
    const auto kind = find(kVerbs, verb);
    if (!kind) {
      expected("drop, duplicate, delay, hold, corrupt, loss, reorder or rate");
      return std::unexpected(mistake_);
    }
    fault_.kind = *kind;
    next();
    if (!read_rest(verb) || !read_direction() || !read_end()) return std::unexpected(mistake_);
    return fault_;
  }

 private:
  bool read_rest(std::string_view verb) {
    if (fault_.kind == FaultKind::rate) return read_rate() && read_queue();
    const bool may_be_chance = verb == "duplicate" || verb == "corrupt";
    const bool chance =
        verb == "loss" || verb == "reorder" || (may_be_chance && word_.ends_with('%'));
    if (!(chance ? read_percentage() : read_target())) return false;
    return fault_.kind != FaultKind::delay || read_time();
  }

  bool read_percentage() {
    const auto percent = word_.ends_with('%') ? to_number<double>(word_.substr(0, word_.size() - 1))
                                              : std::optional<double>();
    if (!percent || !(*percent >= 0 && *percent <= 100)) {
      return expected("a percentage from 0% to 100%, such as 3%");
    }
    fault_.probability = *percent / 100;
    next();
    return true;
  }

  bool read_target() {
    const bool every = word_ == "every";
    if (every) next();
    const auto target = find(kTargets, word_);
    if (target) {
      fault_.target = *target;
      next();
    } else if (!every && !word_.starts_with('#')) {
      return expected(
          "a packet: data, ack, syn, synack, fin, rst, udp or icmp, and which, such as #2");
    }
    if (every) return true;
    fault_.number = 1;
    return !word_.starts_with('#') || read_number();
  }

  bool read_number() {
    const auto number = to_number<std::uint32_t>(word_.substr(1));
    if (!number || *number == 0) return expected("the number of a packet, such as #2");
    fault_.number = *number;
    next();
    return true;
  }

  bool read_time() {
    const auto time = to_quantity(word_, kTimes);
    if (!time || !(*time >= 1 && *time <= kLongestDelay)) {
      return expected("a time up to 600s, such as 300ms");
    }
    fault_.delay = Duration(static_cast<Duration::rep>(std::round(*time)));
    next();
    return true;
  }

  bool read_rate() {
    const auto rate = to_quantity(word_, kRates);
    if (!rate || !(*rate >= kSlowest && *rate <= kFastest)) {
      return expected("a rate of at least 1kbit, such as 10mbit");
    }
    fault_.bits_per_second = *rate;
    next();
    return true;
  }

  bool read_queue() {
    if (word_ != "queue") return true;
    next();
    const auto queue = to_number<std::uint32_t>(word_);
    if (!queue || *queue == 0) return expected("how many packets may wait, such as 50");
    fault_.queue = *queue;
    next();
    return true;
  }

  bool read_direction() {
    if (word_ != "in" && word_ != "out" && word_ != "both") return true;
    fault_.in = word_ != "out";
    fault_.out = word_ != "in";
    directed_ = true;
    next();
    return true;
  }

  bool read_end() {
    if (word_.empty()) return true;
    return expected(directed_ ? "nothing more" : "in, out, both or nothing more");
  }

  // The next word and its place; at the end an empty word.
  void next() {
    const std::size_t begin = std::min(text_.find_first_not_of(' ', end_), text_.size());
    end_ = std::min(text_.find(' ', begin), text_.size());
    begin_ = begin;
    word_ = text_.substr(begin, end_ - begin);
  }

  bool expected(std::string what) {
    mistake_ = {begin_, std::move(what)};
    return false;
  }

  std::string_view text_;
  std::string_view word_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool directed_ = false;
  Fault fault_;
  FaultMistake mistake_;
};

}  // namespace

std::expected<Fault, FaultMistake> parse_fault(std::string_view text) {
  return Reader(text).read();
}

}  // namespace tcpstack::device
