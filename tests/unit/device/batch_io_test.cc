// Packets of a datagram socket, by io_uring and without it.
#include "stack/device/batch_io.h"

#include <array>
#include <cerrno>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "stack/device/descriptor.h"

namespace tcpstack::device {
namespace {

// io_uring may be forbidden where the test runs.
enum class Way { gathered, cheaper, one_by_one };

// Without a descriptor left for it, io_uring cannot be had.
BatchIo make(int fd, Way way) {
  if (way == Way::gathered) return BatchIo(fd, BatchIo::Way::gathered);
  if (way == Way::cheaper) return BatchIo(fd);
  const Descriptor next(::dup(fd));
  rlimit before{};
  EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit none_left = before;
  none_left.rlim_cur = static_cast<rlim_t>(next.get()) + 1;
  EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &none_left), 0);
  BatchIo io(fd, BatchIo::Way::gathered);
  EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_FALSE(io.gathers());
  return io;
}

class BatchIoTest : public testing::TestWithParam<Way> {
 protected:
  BatchIoTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    here_ = Descriptor(ends[0]);
    there_ = Descriptor(ends[1]);
    for (std::size_t i = 0; i < slots_.size(); ++i) vectors_[i] = {slots_[i].data(), 10};
  }

  void there_sends(const std::string& text) {
    EXPECT_EQ(::send(there_.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }
  std::string there_receives() {
    std::array<char, 100> text;
    const ssize_t size = ::recv(there_.get(), text.data(), text.size(), 0);
    return size < 0 ? "nothing" : std::string(text.data(), static_cast<std::size_t>(size));
  }

  Descriptor here_;
  Descriptor there_;
  std::array<std::array<char, 10>, BatchIo::kMost> slots_{};
  std::array<iovec, BatchIo::kMost> vectors_{};
};

TEST_P(BatchIoTest, ReadsAPacketIntoEachSlotUntilThereIsNone) {
  BatchIo io = make(here_.get(), GetParam());
  there_sends("one");
  there_sends("three");
  const auto sizes = io.read(std::span(vectors_).first(4));
  ASSERT_GE(sizes.size(), 3u);
  EXPECT_EQ(sizes[0], 3);
  EXPECT_EQ(sizes[1], 5);
  EXPECT_EQ(sizes[2], -EAGAIN);
  EXPECT_EQ(std::string(slots_[0].data(), 3), "one");
  EXPECT_EQ(std::string(slots_[1].data(), 5), "three");
}

TEST_P(BatchIoTest, ReadsAgainAndAgain) {
  BatchIo io = make(here_.get(), GetParam());
  for (const std::size_t size : {1U, 2U, 64U, 3U}) {
    for (int sent = 0; sent < 3; ++sent) there_sends(std::to_string(sent));
    std::string got;
    for (;;) {
      const auto sizes = io.read(std::span(vectors_).first(size));
      for (std::size_t i = 0; i < sizes.size(); ++i) {
        if (sizes[i] > 0) got.append(slots_[i].data(), static_cast<std::size_t>(sizes[i]));
      }
      if (sizes.back() < 0) break;
    }
    EXPECT_EQ(got, "012");
  }
}

TEST_P(BatchIoTest, WritesPacketsOfSeveralPartsInOrder) {
  BatchIo io = make(here_.get(), GetParam());
  std::string first = "first ";
  std::string second = "second ";
  std::string part = "packet";
  const std::array<std::array<iovec, 2>, 2> parts{
      {{{{first.data(), first.size()}, {part.data(), part.size()}}},
       {{{second.data(), second.size()}, {part.data(), part.size()}}}}};
  const std::array<BatchIo::Vectors, 2> packets{parts[0], parts[1]};
  const auto sizes = io.write(packets);
  EXPECT_EQ(std::vector<ssize_t>(sizes.begin(), sizes.end()), (std::vector<ssize_t>{12, 13}));
  EXPECT_EQ(there_receives(), "first packet");
  EXPECT_EQ(there_receives(), "second packet");
  EXPECT_EQ(there_receives(), "nothing");
}

TEST_P(BatchIoTest, SaysOfEachPacketWhyItWasNotWritten) {
  BatchIo io = make(here_.get(), GetParam());
  std::string text = "text";
  std::string too_large(1 << 24, 'x');
  const iovec part{text.data(), text.size()};
  const iovec large_part{too_large.data(), too_large.size()};
  const std::array<BatchIo::Vectors, 3> packets{
      BatchIo::Vectors(&part, 1), BatchIo::Vectors(&large_part, 1), BatchIo::Vectors(&part, 1)};
  const auto sizes = io.write(packets);
  EXPECT_EQ(std::vector<ssize_t>(sizes.begin(), sizes.end()),
            (std::vector<ssize_t>{4, -EMSGSIZE, 4}));
}

INSTANTIATE_TEST_SUITE_P(Ways, BatchIoTest,
                         testing::Values(Way::gathered, Way::cheaper, Way::one_by_one),
                         [](const auto& way) -> std::string {
                           switch (way.param) {
                             case Way::gathered: return "gathered";
                             case Way::cheaper: return "cheaper";
                             case Way::one_by_one: break;
                           }
                           return "one_by_one";
                         });

// A terminal does not promise that reading it never blocks.
TEST(BatchIo, GoesWithoutIoUringIfAsked) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
  const Descriptor here(ends[0]);
  const Descriptor there(ends[1]);
  EXPECT_FALSE(BatchIo(here.get(), BatchIo::Way::one_by_one).gathers());
}

TEST(BatchIo, DoesNotGatherWhereIoUringWouldNotRead) {
  const Descriptor terminal(::open("/dev/ptmx", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  ASSERT_TRUE(terminal);
  EXPECT_FALSE(BatchIo(terminal.get(), BatchIo::Way::gathered).gathers());
}

}  // namespace
}  // namespace tcpstack::device
