// A file that is only written to: buffered, and with a word on what to do when it cannot be written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "stack/base/bytes.h"
#include "stack/device/descriptor.h"

namespace tcpstack::device {

struct FileError {
  int code = 0;         // errno
  std::string message;  // one line for a person, the remedy in it
};

// After its first failure a file takes nothing more, and keeps that error.
class OutputFile {
 public:
  static constexpr std::size_t kBufferSize = 256 * 1024;

  // Creates or empties the file; "-" is standard output.
  static std::expected<OutputFile, FileError> open(const std::string& path);

  OutputFile(OutputFile&&) = default;
  OutputFile& operator=(OutputFile&&) = delete;
  // Flushes; who wants to know whether that succeeded has called flush() before.
  ~OutputFile();

  // Takes a copy; written when the buffer is full. May then wait, as writing to a file does.
  void write(Bytes bytes);
  // Hands over to the operating system what has been taken so far. False: it has failed, see error().
  bool flush();

  [[nodiscard]] const std::optional<FileError>& error() const { return error_; }

 private:
  OutputFile(Descriptor descriptor, std::string path);

  Descriptor descriptor_;
  std::string path_;
  std::vector<std::uint8_t> buffer_;
  std::optional<FileError> error_;
};

}  // namespace tcpstack::device
