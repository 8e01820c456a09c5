// write(2) behind a buffer. An error names the file, the cause and the remedy.
#include "stack/device/output_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>

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

}  // namespace

std::expected<OutputFile, FileError> OutputFile::open(const std::string& path) {
  Descriptor descriptor(path == "-"
                            ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
                            : ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!descriptor) return std::unexpected(make_error(errno, path));
  return OutputFile(std::move(descriptor), path == "-" ? "standard output" : path);
}

OutputFile::OutputFile(Descriptor descriptor, std::string path)
    : descriptor_(std::move(descriptor)), path_(std::move(path)) {
  buffer_.reserve(kBufferSize);
}

OutputFile::~OutputFile() { flush(); }

void OutputFile::write(Bytes bytes) {
  if (buffer_.size() + bytes.size() > kBufferSize) flush();
  if (!error_) buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

bool OutputFile::flush() {
  Bytes rest = buffer_;
  while (!rest.empty() && !error_) {
    const ssize_t written = ::write(descriptor_.get(), rest.data(), rest.size());
    if (written >= 0) {
      rest = rest.subspan(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      error_ = make_error(errno, path_);
    }
  }
  buffer_.clear();
  return !error_;
}

}  // namespace tcpstack::device
