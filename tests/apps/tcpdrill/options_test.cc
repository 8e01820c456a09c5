// The command line of tcpdrill: accepted options, and the messages for refused ones.
#include "apps/tcpdrill/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tcpstack::drill {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using Arguments = std::vector<std::string>;

Options accepted(const Arguments& arguments) {
  auto options = parse_options(arguments);
  EXPECT_TRUE(options) << options.error().text;
  return options.value_or(Options{});
}

TEST(DrillOptions, HaveDefaults) {
  const Options options = accepted({"."});
  EXPECT_THAT(options.scripts, ElementsAre("."));
  EXPECT_EQ(options.switches.psh, Psh::with_linux);
  EXPECT_FALSE(options.verbose);
  EXPECT_EQ(options.jobs, 1U);
  EXPECT_FALSE(options.switches.our_isn);
}

TEST(DrillOptions, SetWhatTheyName) {
  const Options options = accepted({"--psh=exact", "--wscale=any", "--option-order=any", "-D",
                                    "A=1", "-D", "B=2=3", "--narrate", "-j4", "--capture",
                                    "x.pcapng", "--our-isn", "4294967295", "--peer-isn", "7", "."});
  EXPECT_EQ(options.switches.our_isn, 4294967295U);
  EXPECT_EQ(options.switches.peer_isn, 7U);
  EXPECT_EQ(options.switches.psh, Psh::exact);
  EXPECT_TRUE(options.switches.any_window_scale);
  EXPECT_TRUE(options.switches.any_option_order);
  EXPECT_THAT(options.definitions, ElementsAre(Pair("A", "1"), Pair("B", "2=3")));
  EXPECT_TRUE(options.narrate);
  EXPECT_TRUE(options.verbose);
  EXPECT_EQ(options.jobs, 4U);
  EXPECT_EQ(options.capture, "x.pcapng");
}

TEST(DrillOptions, ChooseTheKernel) {
  EXPECT_EQ(accepted({"."}).on, Options::On::stack);
  EXPECT_EQ(accepted({"--on", "kernel", "."}).on, Options::On::kernel);
}

TEST(DrillOptions, AnswerQuestions) {
  const auto help = parse_options({"--help"});
  ASSERT_FALSE(help);
  EXPECT_EQ(help.error().exit_code, 0);
  for (const char* const part : {"Usage:", "Examples:", "Exit codes:", "--psh", "UNSUPPORTED"})
    EXPECT_THAT(help.error().text, HasSubstr(part));
}

TEST(DrillOptions, RefuseMistakesWithExitCodeTwo) {
  const std::vector<std::pair<Arguments, const char*>> mistakes = {
      {{}, "SCRIPT is required"},
      {{"/no/such/script.pkt"}, "does not exist"},
      {{"-DX", "."}, "NAME=VALUE"},
      {{"--psh=often", "."}, "--psh"},
      {{"--wscale=7", "."}, "--wscale"},
      {{"--on=freebsd", "."}, "--on"},
      {{"--on=kernel", "--our-isn=1", "."}, "not with --on kernel"},
      {{"--on=kernel", "--gdb", "."}, "not with --on kernel"},
      {{"-j0", "."}, "range"},
      {{"--our-isn=4294967296", "."}, "--our-isn"},
      {{"--bogus", "."}, "--bogus"}};
  for (const auto& [arguments, message] : mistakes) {
    const auto options = parse_options(arguments);
    ASSERT_FALSE(options) << message;
    EXPECT_EQ(options.error().exit_code, 2);
    EXPECT_THAT(options.error().text, HasSubstr(message));
  }
}

}  // namespace
}  // namespace tcpstack::drill
