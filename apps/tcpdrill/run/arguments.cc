#include "apps/tcpdrill/run/arguments.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "apps/tcpdrill/language/problem.h"
#include "apps/tcpdrill/language/symbols.h"

namespace tcpstack::drill {
namespace {

constexpr std::int64_t kLargestBuffer = 64 << 20;

std::size_t buffer_size(const Expr& size) {
  const std::int64_t value = std::max<std::int64_t>(evaluate(size), 0);
  if (value <= kLargestBuffer) return static_cast<std::size_t>(value);
  throw Malformed(size.offset, fmt::format("a buffer of at most {} bytes", kLargestBuffer));
}

}  // namespace

const Expr& argument(const Call& call, std::size_t index) {
  if (index < call.arguments.size()) return call.arguments[index];
  throw Malformed(call.result.offset,
                  fmt::format("at least {} arguments for {}()", index + 1, call.name));
}

std::int64_t argument_value(const Call& call, std::size_t index) {
  return evaluate(argument(call, index));
}

std::int64_t listed_value(const Expr& list) {
  if (list.kind != Expr::Kind::list || list.items.size() != 1)
    throw Malformed(list.offset, "a value in brackets: [1]");
  return evaluate(list.items.front());
}

std::size_t size_argument(const Call& call, std::size_t index) {
  return buffer_size(argument(call, index));
}

std::uint16_t port_of(const Expr& address, std::uint16_t otherwise) {
  const Expr* const port = field(address, "sin_port");
  if (port == nullptr) return otherwise;
  const bool converted = port->text == "htons" && port->items.size() == 1;
  return static_cast<std::uint16_t>(evaluate(converted ? port->items[0] : *port));
}

bool is_null(const Expr& expr) { return expr.kind == Expr::Kind::name && expr.text == "NULL"; }

std::size_t total(const CallBuffers& buffers) {
  std::size_t bytes = 0;
  for (const CallBuffer& buffer : buffers) bytes += buffer.size;
  return bytes;
}

bool has_null(const CallBuffers& buffers) {
  const auto is_missing = [](const CallBuffer& buffer) {
    return buffer.is_null && buffer.size > 0;
  };
  return std::ranges::any_of(buffers, is_missing);
}

CallBuffers buffer_argument(const Call& call) {
  return {{.size = size_argument(call, 2), .is_null = is_null(argument(call, 1))}};
}

CallBuffers iovec_buffers(const Expr& list) {
  CallBuffers buffers;
  for (const Expr& item : list.items) {
    if (item.kind != Expr::Kind::structure || item.items.size() != 2)
      throw Malformed(item.offset, "a buffer and its size: {..., 1000}");
    buffers.push_back({.size = buffer_size(item.items[1]), .is_null = is_null(item.items.front())});
  }
  return buffers;
}

const Expr& required_field(const Expr& structure, std::string_view name) {
  const Expr* const found = field(structure, name);
  if (found == nullptr) throw Malformed(structure.offset, "a field " + std::string(name));
  return *found;
}

std::uint32_t required_bits(const Expr& structure, std::string_view name) {
  return static_cast<std::uint32_t>(evaluate(required_field(structure, name)));
}

const Expr* data_of(const Expr& structure) {
  for (const char* const name : {"fd", "ptr", "u32", "u64"}) {
    if (const Expr* const data = field(structure, name)) return data;
  }
  return nullptr;
}

void check_filled(const char* what, const Expr& expected, std::int64_t filled) {
  if (expected.kind == Expr::Kind::ellipsis) return;
  const std::int64_t wanted = evaluate(expected);
  if (wanted != filled)
    throw Mismatch(fmt::format("{}: expected {}, got {}", what, wanted, filled));
}

}  // namespace tcpstack::drill
