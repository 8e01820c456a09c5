// The arguments of a script's call, read as its system call needs them. All throw Malformed for a wrong form.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "apps/tcpdrill/language/script.h"

namespace tcpstack::drill {

// Argument `index`. Throws Malformed if there are fewer.
const Expr& argument(const Call& call, std::size_t index);
std::int64_t argument_value(const Call& call, std::size_t index);
// A number of bytes, at most 64 MiB; a negative one counts as 0. Throws Malformed.
std::size_t size_argument(const Call& call, std::size_t index);
// The single number in [n].
std::int64_t listed_value(const Expr& list);
// The port in {sa_family = AF_INET, sin_port = htons(8080), ...}; `otherwise` if it is ...
std::uint16_t port_of(const Expr& address, std::uint16_t otherwise);
bool is_null(const Expr& expr);

// A buffer that a call reads or writes.
struct CallBuffer {
  std::size_t size = 0;
  bool is_null = false;
};
using CallBuffers = std::vector<CallBuffer>;
std::size_t total(const CallBuffers& buffers);
// Is there nothing where bytes should be? Then a call that copies some fails with EFAULT.
bool has_null(const CallBuffers& buffers);

// The buffer in argument 1 with the size in argument 2.
CallBuffers buffer_argument(const Call& call);
// The buffers of an iovec: [{..., 1000}, {..., 500}].
CallBuffers iovec_buffers(const Expr& list);
const Expr& required_field(const Expr& structure, std::string_view name);
// A number or bits in a structure: events = POLLIN.
std::uint32_t required_bits(const Expr& structure, std::string_view name);
// The user's data in a struct epoll_event: fd=, ptr=, u32= or u64=. nullptr: it has none.
const Expr* data_of(const Expr& structure);

// Throws Mismatch if a call has filled in another value than the script has; ... matches everything.
void check_filled(const char* what, const Expr& expected, std::int64_t filled);

}  // namespace tcpstack::drill
