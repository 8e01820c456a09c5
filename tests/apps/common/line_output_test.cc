// What the program prints never makes the stack wait.
#include "apps/common/line_output.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "apps/tcpstack/printer.h"

namespace tcpstack::app {
namespace {

using namespace std::chrono_literals;

// A pipe without a reader at first. Reading from it does not block.
class LineOutputTest : public testing::Test {
 protected:
  LineOutputTest() {
    EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0);
    ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    output_ = std::make_unique<LineOutput>(io_.get_executor(), ends_[1], [](std::uint64_t lines) {
      return missing_lines(LogFormat::text, lines);
    });
  }
  ~LineOutputTest() override {
    for (const int end : ends_) ::close(end);
  }

  std::string read() {
    std::string all;
    std::array<char, 4096> some{};
    for (ssize_t size = 1; size > 0;) {
      size = ::read(ends_[0], some.data(), some.size());
      if (size > 0) all.append(some.data(), static_cast<std::size_t>(size));
    }
    return all;
  }
  // Reads until nothing more comes.
  std::string read_all() {
    std::string all;
    for (std::string some = read(); !some.empty(); some = read()) {
      all += some;
      io_.restart();
      io_.poll();
    }
    return all;
  }

  boost::asio::io_context io_;
  std::array<int, 2> ends_{};
  std::unique_ptr<LineOutput> output_;
};

TEST_F(LineOutputTest, PrintsAtOnce) {
  output_->print("one\n");
  output_->print("two\nthree\n");
  EXPECT_EQ(read(), "one\ntwo\nthree\n");
}

TEST_F(LineOutputTest, ABlockedReaderLosesLinesAndLearnsHowMany) {
  constexpr unsigned kLines = 50'000;  // more than the pipe and the output keep together
  for (unsigned i = 0; i < kLines; ++i) output_->print("line " + std::to_string(i) + "\n");
  const std::string text = read_all();
  unsigned printed = 0;
  std::size_t at = 0;
  for (; text.compare(at, 5, "line ") == 0; ++printed) {
    const std::string expected = "line " + std::to_string(printed) + "\n";
    ASSERT_EQ(text.substr(at, expected.size()), expected);
    at += expected.size();
  }
  EXPECT_GE(at, LineOutput::kMost);
  EXPECT_EQ(text.substr(at), missing_lines(LogFormat::text, kLines - printed));
  output_->print("and on\n");
  EXPECT_EQ(read(), "and on\n");
}

TEST_F(LineOutputTest, LeavesTheSharedDescriptionBlocking) {
  output_->print("x\n");
  EXPECT_EQ(::fcntl(ends_[1], F_GETFL) & O_NONBLOCK, 0);
}

TEST_F(LineOutputTest, ATooLongEndIsGivenUp) {
  for (int i = 0; i < 3; ++i) output_->print(std::string(LineOutput::kMost - 1, 'x') + "\n");
  const auto before = std::chrono::steady_clock::now();
  output_->finish(50ms);
  EXPECT_GE(std::chrono::steady_clock::now() - before, 50ms);
}

TEST_F(LineOutputTest, FinishesWhenTheReaderHasTaken) {
  output_->print(std::string(LineOutput::kMost - 1, 'x') + "\n");
  output_->print("the end\n");
  EXPECT_EQ(read().size(), LineOutput::kMost);
  output_->finish(1h);
  EXPECT_EQ(read(), "the end\n");
}

TEST_F(LineOutputTest, AFileKeepsItsPosition) {
  std::FILE* const file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(::write(fileno(file), "before ", 7), 7);
  LineOutput to(io_.get_executor(), fileno(file), [](std::uint64_t) { return std::string(); });
  to.print("line\n");
  EXPECT_EQ(::write(fileno(file), "after", 5), 5);
  std::array<char, 64> bytes{};
  EXPECT_EQ(::pread(fileno(file), bytes.data(), bytes.size(), 0), 17);
  EXPECT_STREQ(bytes.data(), "before line\nafter");
  std::fclose(file);
}

TEST(MissingLinesTest, SaysHowMany) {
  EXPECT_EQ(missing_lines(LogFormat::text, 1),
            "(1 line is missing here: the output was blocked)\n");
  EXPECT_EQ(missing_lines(LogFormat::text, 7),
            "(7 lines are missing here: the output was blocked)\n");
  EXPECT_EQ(missing_lines(LogFormat::json, 7), "{\"event\":\"missing\",\"lines\":7}\n");
}

}  // namespace
}  // namespace tcpstack::app
