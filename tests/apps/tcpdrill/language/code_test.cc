// The language of %{ ... }%.
#include "apps/tcpdrill/language/code.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/tcpdrill/language/problem.h"

namespace tcpstack::drill {
namespace {

// Runs `code` with tcpi_x = 5 and returns what it printed.
std::string printed(const std::string& code) {
  Variables variables;
  std::string out;
  const CodeWorld world{.variables = variables,
                        .look_up =
                            [](std::string_view name) {
                              if (name != "tcpi_x") throw Unsupported(std::string(name));
                              return 5.0;
                            },
                        .print = [&](const std::string& line) { out += line + ';'; }};
  run_code(code, 0, world);
  return out;
}

TEST(Code, CalculatesAndPrints) {
  EXPECT_EQ(printed(" print(1 + 2 * 3) "), "7;");
  EXPECT_EQ(printed("print((1 + 2) * 3)\nprint(0x10 - 1)"), "9;15;");
  EXPECT_EQ(printed("x = 3; x += tcpi_x; print(x)"), "8;");
  EXPECT_EQ(printed("print(7 & 3 | 8)"), "11;");
  EXPECT_EQ(printed("print('text')"), "text;");
  EXPECT_EQ(printed("# nothing\n\nprint(1) # one\n"), "1;");
}

TEST(Code, Compares) {
  for (const char* const holds :
       {"1 < 2 < 3", "not 1 > 2", "1 == 1 and 2 != 3", "0 or 1", "tcpi_x == 5", "(tcpi_x & 4) != 0",
        "4 <= tcpi_x <= 5", "-1 < 0", "'a' == 'a'", "1e6 > 999999", "not (0 and 1)"}) {
    EXPECT_NO_THROW(printed(std::string("assert ") + holds)) << holds;
  }
  for (const char* const fails : {"1 < 2 < 2", "not 1", "0 or 0", "1 and 0", "tcpi_x == 6"}) {
    EXPECT_THROW(printed(std::string("assert ") + fails), Mismatch) << fails;
  }
}

TEST(Code, SaysWhatDoesNotHold) {
  try {
    printed("assert tcpi_x == 6, tcpi_x");
    FAIL();
  } catch (const Mismatch& mismatch) {
    EXPECT_STREQ(mismatch.what(), "assert tcpi_x == 6 (5): does not hold");
  }
}

TEST(Code, KnowsItsLimits) {
  EXPECT_THROW(printed("import sys"), Unsupported);
  EXPECT_THROW(printed("assert tcpi_y"), Unsupported);
  EXPECT_THROW(printed("assert (1"), Malformed);
  EXPECT_THROW(printed("1 = 2"), Malformed);
  EXPECT_THROW(printed("print('x"), Malformed);
  EXPECT_THROW(printed("assert 1 2"), Malformed);
}

}  // namespace
}  // namespace tcpstack::drill
