// The small Python-like language of %{ ... }%: assertions about a connection, between two events.
//
//   assert E[, text]   print(E)   x = E   x += E        one a line, or with ';' between
//   E: numbers, strings, names, tcpi_ fields; ( ) * / + - & |, chained comparisons, not, and, or
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tcpstack::drill {

// A number, or text that is only carried to where it is shown.
struct CodeValue {
  double number = 0;
  std::optional<std::string> text = {};
};
using Variables = std::map<std::string, CodeValue, std::less<>>;

struct CodeWorld {
  Variables& variables;  // live as long as the script
  // "tcpi_snd_mss", "TCP_CA_Open": the value. Throws Unsupported.
  std::function<double(std::string_view name)> look_up;
  std::function<void(const std::string& line)> print;
};

// Runs `code`, which stands at `offset` of the script. Throws Mismatch for an assertion that does not
// hold, Malformed, and Unsupported for more of Python than there is above.
void run_code(std::string_view code, std::size_t offset, const CodeWorld& world);

}  // namespace tcpstack::drill
