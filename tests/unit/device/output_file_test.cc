// The buffered file: when bytes arrive, and the error when they cannot.
#include "stack/device/output_file.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/temp_folder.h"

namespace tcpstack::device {
namespace {

class OutputFileTest : public testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name = "file") const {
    return folder_.path(name);
  }
  [[nodiscard]] std::string content() const {
    std::ifstream in(path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  test::TempFolder folder_;
};

Bytes bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST_F(OutputFileTest, gives_the_file_everything_with_a_flush) {
  auto file = OutputFile::open(path());
  ASSERT_TRUE(file) << file.error().message;
  file->write(bytes("one "));
  file->write(bytes("two"));
  EXPECT_EQ(content(), "");
  EXPECT_TRUE(file->flush());
  EXPECT_EQ(content(), "one two");
  EXPECT_TRUE(file->flush());
  EXPECT_EQ(content(), "one two");
}

TEST_F(OutputFileTest, flushes_when_full_and_in_the_end) {
  const std::string large(OutputFile::kBufferSize - 1, 'x');
  {
    auto file = OutputFile::open(path());
    ASSERT_TRUE(file);
    OutputFile moved = *std::move(file);
    moved.write(bytes(large));
    moved.write(bytes("end"));
    EXPECT_EQ(content(), large);
    moved.write(bytes(large + large));  // more than the buffer holds
  }
  EXPECT_EQ(content(), large + "end" + large + large);
}

TEST_F(OutputFileTest, empties_a_file_that_is_there) {
  std::ofstream(path()) << "old";
  EXPECT_TRUE(OutputFile::open(path()));
  EXPECT_EQ(content(), "");
}

TEST_F(OutputFileTest, says_why_it_cannot_be_opened) {
  const auto missing = OutputFile::open(path("nowhere/file"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ENOENT);
  EXPECT_EQ(missing.error().message, "cannot write " + path("nowhere/file") +
                                         ": No such file or directory: make its folder first");
  const auto folder = OutputFile::open(path(""));
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, EISDIR);
}

TEST_F(OutputFileTest, says_that_the_disk_is_full_and_stops) {
  if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "needs /dev/full";
  auto file = OutputFile::open("/dev/full");
  ASSERT_TRUE(file);
  file->write(bytes("one"));
  EXPECT_FALSE(file->error());
  EXPECT_FALSE(file->flush());
  ASSERT_TRUE(file->error());
  EXPECT_EQ(file->error()->code, ENOSPC);
  EXPECT_EQ(file->error()->message,
            "cannot write /dev/full: No space left on device: make room there, or choose another "
            "disk");
  file->write(bytes("two"));
  EXPECT_FALSE(file->flush());
}

}  // namespace
}  // namespace tcpstack::device
