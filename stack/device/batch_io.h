// Reads and writes many packets of one descriptor in one system call where the kernel has io_uring, and one by one
// otherwise.
//
// A TUN device has no call of its own for several packets, and on many machines entering the kernel costs as much
// as its work on a packet. io_uring(7); io_uring_enter(2).
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <sys/types.h>
#include <sys/uio.h>

struct io_uring;

namespace tcpstack::device {

class BatchIo {
 public:
  static constexpr std::size_t kMost = 64;
  // The pieces of one packet, in their order.
  using Vectors = std::span<const iovec>;

  enum class Way : std::uint8_t {
    cheaper,  // the faster way in a trial of some 100 us: where entering the kernel is cheap, a ring is slower
    gathered,    // by io_uring, if there is one
    one_by_one,  // without io_uring, which valgrind and some debuggers do not know
  };

  // For a descriptor that never blocks. A packet that waits there already may be lost. The descriptor must stay
  // open while this object is in use.
  explicit BatchIo(int fd, Way way = Way::cheaper);
  BatchIo(BatchIo&&) noexcept;
  BatchIo& operator=(BatchIo&&) noexcept;
  ~BatchIo();

  // Does a batch take one system call? Not if the kernel lacks io_uring, if it is forbidden
  // (kernel.io_uring_disabled; the usual seccomp profile of containers), or if it is slower.
  [[nodiscard]] bool gathers() const { return ring_ != nullptr; }

  // Reads a packet into each of at most kMost slots, in their order. Returns the packet's size or -errno for each
  // slot that was tried. Valid until the next call.
  std::span<const ssize_t> read(std::span<const iovec> slots);
  // Writes at most kMost packets, in their order. Returns the written bytes or -errno for each. Valid until the
  // next call.
  std::span<const ssize_t> write(std::span<const Vectors> packets);

 private:
  struct CloseRing {
    void operator()(io_uring* ring) const;
  };

  [[nodiscard]] bool ring_pays();
  // Calls prepare(request, i) for each request, submits them, and returns their results.
  template <typename Prepare>
  std::span<const ssize_t> submit(std::size_t count, Prepare prepare);

  int fd_;
  std::unique_ptr<io_uring, CloseRing> ring_;
  std::array<ssize_t, kMost> results_{};
};

}  // namespace tcpstack::device
