// A file descriptor that its owner closes at its end. Movable, not copyable.
#pragma once

#include <utility>

#include <unistd.h>

namespace tcpstack::device {

class Descriptor {
 public:
  Descriptor() = default;
  // Takes over `fd`; a negative number means no descriptor.
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  [[nodiscard]] int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

}  // namespace tcpstack::device
