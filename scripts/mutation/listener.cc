// Says after each test which mutations it has reached: scripts/mutate puts this file beside the tests.
#include <string>

#include <gtest/gtest.h>

#include "stack/base/mutation.h"

namespace tcpstack::mutation {
namespace {

class Listener : public testing::EmptyTestEventListener {
 public:
  Listener() { testing::UnitTest::GetInstance()->listeners().Append(this); }

  // What was reached before the first test belongs to every test: the line has no name.
  void OnTestProgramStart(const testing::UnitTest&) override { report("", 0); }
  void OnTestStart(const testing::TestInfo&) override { reached.reset(); }
  void OnTestEnd(const testing::TestInfo& test) override {
    const std::string name = std::string(test.test_suite_name()) + "." + test.name();
    report(name.c_str(), static_cast<long>(test.result()->elapsed_time()));
    reached.reset();
  }
};

[[maybe_unused]] auto* const listener = new Listener;  // GoogleTest deletes it

}  // namespace
}  // namespace tcpstack::mutation
