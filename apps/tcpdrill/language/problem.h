// The three ways in which a script does not pass, as exceptions that end its run.
#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tcpstack::drill {

// The script is not in the language: at `offset` of the source, what() should have been.
struct Malformed : std::runtime_error {
  Malformed(std::size_t where, const std::string& expected)
      : std::runtime_error(expected), offset(where) {}
  std::size_t offset;
};

// The script needs a feature that this runner, or this stack, does not have; what() is the word. Without a place it is the
// event that runs.
struct Unsupported : std::runtime_error {
  explicit Unsupported(const std::string& word, std::optional<std::size_t> where = std::nullopt)
      : std::runtime_error(word), offset(where) {}
  std::optional<std::size_t> offset;
};

// The run differs from the script; what() is the difference, in one or more lines.
struct Mismatch : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A place in a source, counted from 1.
struct Place {
  std::size_t line = 1;
  std::size_t column = 1;
  std::string_view text;  // the whole line
};

Place place_of(std::string_view source, std::size_t offset);

}  // namespace tcpstack::drill
