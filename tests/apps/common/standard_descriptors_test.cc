// No file of ours becomes standard output because the caller has closed it.
#include "apps/common/standard_descriptors.h"

#include <cstdlib>
#include <initializer_list>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace tcpstack::app {
namespace {

// In a child: closes those descriptors, secures them, and reports the number that the next file gets.
[[noreturn]] void report_next_file(std::initializer_list<int> closed) {
  for (const int descriptor : closed) ::close(descriptor);
  const int before = ::open("/dev/null", O_RDONLY);
  ::close(before);
  secure_standard_descriptors();
  const int next = ::open("/dev/null", O_RDONLY);
  std::_Exit(next > STDERR_FILENO && before <= next ? 0 : 1);
}

TEST(StandardDescriptors, AreNotGivenToFiles) {
  EXPECT_EXIT(report_next_file({}), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(report_next_file({0}), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(report_next_file({1, 2}), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(report_next_file({0, 1, 2}), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace tcpstack::app
