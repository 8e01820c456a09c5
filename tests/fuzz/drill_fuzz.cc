// Whole scripts in packetdrill's language, parsed and run against our stack: whatever a script says, it gets a verdict, and
// the same one again.
#include <string>

#include "apps/tcpdrill/run/verdict.h"
#include "tests/fuzz/input.h"

namespace tcpstack::test {
namespace {

std::string verdict_of(const std::string& script) {
  return drill::to_text(drill::run_script("fuzz.pkt", script, {}), true);
}

}  // namespace
}  // namespace tcpstack::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tcpstack::test;
  const std::string script(data, data + size);
  const std::string first = verdict_of(script);
  require(!first.empty(), "a script without a verdict");
  require(verdict_of(script) == first, "the same script gets another verdict");
  return 0;
}
