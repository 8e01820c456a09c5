// The names of C that scripts use, with the values of this system's headers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "apps/tcpdrill/language/script.h"

namespace tcpstack::drill {

// "SOL_SOCKET" -> 1, "EAGAIN" -> 11, "TCPI_OPT_SACK" -> 2.
std::optional<std::int64_t> symbol(std::string_view name);

// 11 -> "EAGAIN".
std::string errno_name(int number);

// The value of a number, a name or alternatives. Throws Unsupported for an unknown name, and Malformed for anything
// else.
std::int64_t evaluate(const Expr& expr);

// The item of a structure with this name; nullptr if it has none.
const Expr* field(const Expr& structure, std::string_view name);

}  // namespace tcpstack::drill
