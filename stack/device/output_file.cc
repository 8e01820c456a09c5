// write(2) behind a buffer. An error names the file, the cause and the remedy.
#include "stack/device/output_file.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <sys/stat.h>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace tcpstack::device {
namespace {

const char* remedy(int code) {
  switch (code) {
    case EACCES:
    case EPERM:
    case EROFS: return "choose a folder in which you may write";
    case ENOENT: return "make its folder first";
    case ENOTDIR:
    case EISDIR: return "choose the name of a file";
    case ENOSPC:
    case EDQUOT: return "make room there, or choose another disk";
    case EFBIG: return "the file has reached the largest size allowed (ulimit -f)";
    case EPIPE: return "the program that was reading it has ended";
    default: return "choose another file";
  }
}

FileError make_error(int code, const std::string& path) {
  return {code, "cannot write " + path + ": " + std::strerror(code) + ": " + remedy(code)};
}

bool is_on_disk(int descriptor) {
  struct stat status{};
  return ::fstat(descriptor, &status) == 0 && (S_ISREG(status.st_mode) || S_ISBLK(status.st_mode));
}

// A description of our own where the kernel gives one: O_NONBLOCK then does not change the one that a shell shares with
// us.
Descriptor without_waiting(Descriptor descriptor) {
  const std::string path = "/proc/self/fd/" + std::to_string(descriptor.get());
  Descriptor own(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (own) return own;
  ::fcntl(descriptor.get(), F_SETFL, ::fcntl(descriptor.get(), F_GETFL) | O_NONBLOCK);
  return descriptor;
}

}  // namespace

std::expected<OutputFile, FileError> OutputFile::open(const std::string& path, SlowReader reader) {
  Descriptor descriptor(path == "-"
                            ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
                            : ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!descriptor) return std::unexpected(make_error(errno, path));
  const bool waits = reader == SlowReader::waited_for || is_on_disk(descriptor.get());
  if (!waits) descriptor = without_waiting(std::move(descriptor));
  return OutputFile(std::move(descriptor), path == "-" ? "standard output" : path, waits);
}

OutputFile::OutputFile(Descriptor descriptor, std::string path, bool waits)
    : descriptor_(std::move(descriptor)), path_(std::move(path)), waits_(waits) {
  buffer_.reserve(kBufferSize);
}

OutputFile::~OutputFile() { flush(); }

bool OutputFile::write(Bytes bytes) {
  if (waiting().size() + bytes.size() > kBufferSize) flush();
  if (error_ || (!waits_ && waiting().size() + bytes.size() > kMostWaiting)) return false;
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  return true;
}

bool OutputFile::flush() {
  while (!waiting().empty() && !error_) {
    const ssize_t written = ::write(descriptor_.get(), waiting().data(), waiting().size());
    if (written >= 0) {
      written_ += static_cast<std::size_t>(written);
    } else if (errno == EAGAIN && !waits_) {
      break;
    } else if (errno == EAGAIN) {  // somebody else has made it O_NONBLOCK
      pollfd reader{.fd = descriptor_.get(), .events = POLLOUT, .revents = 0};
      ::poll(&reader, 1, -1);
    } else if (errno != EINTR) {
      error_ = make_error(errno, path_);
    }
  }
  // Moving the rest to the beginning costs less than the reader has taken.
  if (error_ || written_ >= buffer_.size() / 2) {
    const std::size_t gone = error_ ? buffer_.size() : written_;
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(gone));
    written_ = 0;
  }
  return !error_;
}

bool OutputFile::finish(Duration patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (flush() && !waiting().empty()) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd reader{descriptor_.get(), POLLOUT, 0};
    if (left.count() <= 0 || ::poll(&reader, 1, static_cast<int>(left.count())) <= 0) break;
  }
  return !error_ && waiting().empty();
}

}  // namespace tcpstack::device
