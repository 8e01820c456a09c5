// A buffered file for writing. Its errors tell the user the remedy.
//
// The file may be a pipe, whose reader is slow or has stopped. A program with a stack must not wait for it: the stack has no
// other thread. Such a file keeps a limited number of bytes for its reader, and refuses more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "stack/base/bytes.h"
#include "stack/base/time.h"
#include "stack/device/descriptor.h"

namespace tcpstack::device {

struct FileError {
  int code = 0;         // errno
  std::string message;  // one line for a person, with the remedy
};

// Of a pipe, a terminal and other files that are no place on a disk.
enum class SlowReader : std::uint8_t { waited_for, not_waited_for };

// After its first failure a file takes nothing, and keeps that error.
class OutputFile {
 public:
  static constexpr std::size_t kBufferSize = 256 * 1024;
  // Bytes that wait for a slow reader, at most.
  static constexpr std::size_t kMostWaiting = 16 << 20;

  // Creates or empties the file; "-" is standard output. A named pipe waits here for its reader.
  static std::expected<OutputFile, FileError> open(const std::string& path,
                                                   SlowReader reader = SlowReader::waited_for);

  OutputFile(OutputFile&&) = default;
  OutputFile& operator=(OutputFile&&) = delete;
  // Flushes without reporting a failure; call flush() before to learn of one.
  ~OutputFile();

  // Takes a copy, and writes when the buffer is full. May wait, as any write to a file, unless it is not to wait for its
  // reader. Returns false if it takes nothing: no room is left, or it has failed.
  bool write(Bytes bytes);
  // Passes all taken bytes to the operating system, or as many as a slow reader has room for. Returns false on failure, see
  // error().
  bool flush();
  // Is there anything that has not been passed on?
  [[nodiscard]] bool is_behind() const { return !waiting().empty(); }
  // Flushes, and waits at most `patience` for a slow reader. Returns true if all taken bytes have been passed on.
  bool finish(Duration patience);

  [[nodiscard]] const std::optional<FileError>& error() const { return error_; }

 private:
  OutputFile(Descriptor descriptor, std::string path, bool waits);
  [[nodiscard]] Bytes waiting() const { return Bytes(buffer_).subspan(written_); }

  Descriptor descriptor_;
  std::string path_;
  bool waits_;
  std::vector<std::uint8_t> buffer_;
  std::size_t written_ = 0;  // bytes of the buffer's beginning
  std::optional<FileError> error_;
};

}  // namespace tcpstack::device
