// The buffered file: when bytes arrive, and the error when they cannot.
#include "stack/device/output_file.h"

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
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

// A pipe whose reader is this test.
class SlowReaderTest : public OutputFileTest {
 protected:
  SlowReaderTest() {
    EXPECT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
    reader_ = Descriptor(::open(path("pipe").c_str(), O_RDONLY | O_NONBLOCK));
    auto opened = OutputFile::open(path("pipe"), SlowReader::not_waited_for);
    EXPECT_TRUE(opened);
    file_.emplace(*std::move(opened));
  }
  // What is in the pipe.
  std::string read() {
    std::string all;
    std::array<char, 65536> part;
    for (ssize_t size = 0; (size = ::read(reader_.get(), part.data(), part.size())) > 0;)
      all.append(part.data(), static_cast<std::size_t>(size));
    return all;
  }

  Descriptor reader_;
  std::optional<OutputFile> file_;
};

TEST_F(SlowReaderTest, is_not_waited_for_and_gets_all_that_was_taken) {
  std::string taken;
  std::size_t refused = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string piece(100'000, static_cast<char>('a' + i % 26));
    if (file_->write(bytes(piece))) {
      taken += piece;
    } else {
      ++refused;
    }
  }
  EXPECT_GT(refused, 0U);
  EXPECT_GT(taken.size(), OutputFile::kMostWaiting - 100'000);
  EXPECT_LE(taken.size(), OutputFile::kMostWaiting + 65536 + 100'000);
  std::string got;
  while (!file_->finish(Duration::zero())) got += read();
  got += read();
  EXPECT_TRUE(got == taken);
  EXPECT_TRUE(file_->write(bytes("again")));
  EXPECT_TRUE(file_->flush());
  EXPECT_EQ(read(), "again");
}

TEST_F(SlowReaderTest, has_a_little_time_at_the_end) {
  const std::string much(300'000, 'x');
  ASSERT_TRUE(file_->write(bytes(much)));
  EXPECT_FALSE(file_->finish(std::chrono::milliseconds(1)));
  std::string got;
  std::thread other([&] {
    pollfd waiting{reader_.get(), POLLIN, 0};
    while (got.size() < much.size() && ::poll(&waiting, 1, 10'000) > 0) got += read();
  });
  EXPECT_TRUE(file_->finish(std::chrono::seconds(10)));
  other.join();
  EXPECT_TRUE(got == much);
}

TEST_F(SlowReaderTest, has_gone) {
  reader_ = Descriptor();
  std::signal(SIGPIPE, SIG_IGN);
  ASSERT_TRUE(file_->write(bytes("one")));
  EXPECT_FALSE(file_->flush());
  EXPECT_EQ(file_->error()->code, EPIPE);
  EXPECT_FALSE(file_->write(bytes("two")));
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
