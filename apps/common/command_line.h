// The command-line parts that all programs share. Includes CLI11, which costs seconds to compile: only the
// options.cc of each program includes this file.
#pragma once

#include <algorithm>
#include <array>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "apps/common/stack_options.h"
#include "apps/common/values.h"

namespace tcpstack::app {

// The value, or CLI11's error: "--mtu: '12' is not a whole number from 68 to 65535".
template <typename T>
T take(const char* option, const std::string& text, Value<T> value) {
  if (!value) throw CLI::ValidationError(option, fmt::format("'{}' {}", text, value.error()));
  return *std::move(value);
}

// The place of `text` among `words`, as an Enum whose values are in the same order.
template <typename Enum, typename Words>
Value<Enum> parse_word(const std::string& text, const Words& words) {
  const auto found = std::ranges::find(words, text);
  if (found == std::ranges::end(words)) {
    return std::unexpected(fmt::format("is not one of {}", fmt::join(words, ", ")));
  }
  return static_cast<Enum>(found - std::ranges::begin(words));
}

// Adds one option: `read` gets its text, `help` is its line of --help.
CLI::Option* add(CLI::App& app, const char* name, std::function<void(const std::string&)> read,
                 const char* placeholder, const std::string& help);

// An option whose value is a time in [low, high].
CLI::Option* add_time(CLI::App& app, const char* name, Duration& place, Duration low, Duration high,
                      const std::string& help);

// An option that may be given several times.
CLI::Option* add_repeatable(CLI::App& app, const char* name,
                            std::function<void(const std::vector<std::string>&)> read,
                            const char* placeholder, const std::string& help);

// --address, --host-address, --mtu, --no-configure; --fault. The program adds the device.
void add_link_options(CLI::App& app, StackOptions& options);
// --like, --seed, and TCP's tunables.
void add_tcp_options(CLI::App& app, StackOptions& options);

// Checks that concern several options. Throws CLI::ValidationError.
void check_link(const StackOptions& options);

// Parses, then checks. Returns nothing if the program is to run.
std::optional<Answer> parse(CLI::App& app, const std::vector<std::string>& arguments,
                            const std::function<void()>& check);

}  // namespace tcpstack::app
