// The small Python-like language of %{ ... }%: assertions about a connection, between two events.
//
//   assert E[, text]   print(E)   x = E   x += E        one in a line, or with ';' between them
//   E: numbers, strings, names, tcpi_ fields; ( ) * / + - & |, chained comparisons, not, and, or
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tcpstack::drill {

// A number, or text for a message.
struct CodeValue {
  double number = 0;
  std::optional<std::string> text = {};
};
using Variables = std::map<std::string, CodeValue, std::less<>>;

struct CodeWorld {
  Variables& variables;  // they live as long as the script
  // The value of "tcpi_snd_mss" or "TCP_CA_Open". Throws Unsupported.
  std::function<double(std::string_view name)> look_up;
  std::function<void(const std::string& line)> print;
};

// Runs `code` at `offset` of the script. Throws Mismatch for an assertion that does not hold, Malformed, and
// Unsupported for other parts of Python.
void run_code(std::string_view code, std::size_t offset, const CodeWorld& world);

}  // namespace tcpstack::drill
