// Every parser of stack/wire against bytes that libFuzzer makes up, each input as a packet, as the
// payload of one, and as text in the segment notation. tests/support/parse_checks.h says what must
// hold; a disagreement stops the run like a crash does.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/support/parse_checks.h"

namespace {

void stop_on(const std::string& wrong) {
  if (wrong.empty()) return;
  std::fprintf(stderr, "%s\n", wrong.c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tcpstack::Bytes bytes(data, size);
  if (size > 0xffff) bytes = bytes.first(0xffff);  // no packet is longer
  stop_on(tcpstack::test::disagreement(bytes));
  const std::string text(bytes.begin(), bytes.end());
  stop_on(tcpstack::test::notation_disagreement(text));
  return 0;
}
