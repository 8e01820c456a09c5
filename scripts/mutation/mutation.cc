#include "stack/base/mutation.h"

#include <cstdio>
#include <cstdlib>

namespace tcpstack::mutation {

std::size_t chosen;
std::bitset<kMost> reached;

namespace {

// Constants of the program, which are initialized later, ask already.
[[gnu::constructor(101)]] void choose() {
  if (const char* const number = std::getenv("TCPSTACK_MUTATION"))
    chosen = std::strtoul(number, nullptr, 10);
}

[[gnu::destructor(101)]] void end() { report("", 0); }

}  // namespace

void report(const char* test, long milliseconds) {
  const char* const name = std::getenv("TCPSTACK_MUTATIONS_REACHED");
  std::FILE* const file = name != nullptr ? std::fopen(name, "a") : nullptr;
  if (file == nullptr) return;
  std::fprintf(file, "%s\t%ld\t", test, milliseconds);
  for (std::size_t number = 0; number < kMost; ++number)
    if (reached[number]) std::fprintf(file, "%zu ", number);
  std::fputs("\n", file);
  std::fclose(file);
}

}  // namespace tcpstack::mutation
