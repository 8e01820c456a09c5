#include "apps/common/line_output.h"

#include <algorithm>
#include <cerrno>
#include <string>
#include <sys/stat.h>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace tcpstack::app {
namespace {

// A description of our own where the kernel gives one: O_NONBLOCK then does not change the one that a shell shares
// with us. A regular file keeps its description, and so its position; it never makes us wait for a reader.
int copy_of(int descriptor) {
  struct stat status{};
  const bool is_file = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
  const int own = is_file ? -1 : ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (own >= 0) return own;
  const int shared = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  if (!is_file) ::fcntl(shared, F_SETFL, ::fcntl(shared, F_GETFL) | O_NONBLOCK);
  return shared;
}

}  // namespace

LineOutput::LineOutput(const boost::asio::any_io_executor& executor, int descriptor,
                       Missing missing)
    : descriptor_(executor, copy_of(descriptor)), missing_(std::move(missing)) {}

void LineOutput::print(std::string_view lines) {
  if (dropped_ > 0 || kept_.size() + lines.size() > kMost) {
    dropped_ += static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
    return;
  }
  kept_ += lines;
  flush();
}

void LineOutput::flush() {
  while (!kept_.empty()) {
    const ssize_t size = ::write(descriptor_.native_handle(), kept_.data(), kept_.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return wait();
    if (size <= 0) return kept_.clear();  // the reader has gone, or the disk is full
    kept_.erase(0, static_cast<std::size_t>(size));
    if (kept_.empty() && dropped_ > 0) kept_ = missing_(std::exchange(dropped_, 0));
  }
}

void LineOutput::wait() {
  if (std::exchange(waits_, true)) return;
  descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_write,
                         [this](const boost::system::error_code& ec) {
                           if (ec) return;  // this object may be gone
                           waits_ = false;
                           flush();
                         });
}

void LineOutput::finish(Duration patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (flush(); !kept_.empty(); flush()) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd reader{descriptor_.native_handle(), POLLOUT, 0};
    if (left.count() <= 0 || ::poll(&reader, 1, static_cast<int>(left.count())) <= 0) return;
  }
}

}  // namespace tcpstack::app
