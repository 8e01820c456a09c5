// A buffered file for writing. Its errors tell the user the remedy.
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
  std::string message;  // one line for a person, with the remedy
};

// After its first failure a file takes nothing, and keeps that error.
class OutputFile {
 public:
  static constexpr std::size_t kBufferSize = 256 * 1024;

  // Creates or empties the file; "-" is standard output.
  static std::expected<OutputFile, FileError> open(const std::string& path);

  OutputFile(OutputFile&&) = default;
  OutputFile& operator=(OutputFile&&) = delete;
  // Flushes without reporting a failure; call flush() before to learn of one.
  ~OutputFile();

  // Takes a copy, and writes when the buffer is full. May wait, as any write to a file.
  void write(Bytes bytes);
  // Passes all taken bytes to the operating system. Returns false on failure, see error().
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
