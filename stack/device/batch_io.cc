#include "stack/device/batch_io.h"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <cstdint>

#include <liburing.h>
#include <unistd.h>

namespace tcpstack::device {
namespace {

// Does the descriptor's driver support a read that does not wait (RWF_NOWAIT)? If not, io_uring would never find a
// packet there. The test takes a packet if there is one.
bool is_served_at_once(int fd) {
  std::uint8_t byte = 0;
  const iovec part{&byte, sizeof byte};
  return ::preadv2(fd, &part, 1, -1, RWF_NOWAIT) >= 0 || errno != EOPNOTSUPP;
}

// The shortest time of several runs.
template <typename Work>
std::chrono::steady_clock::duration fastest(Work work) {
  auto best = std::chrono::steady_clock::duration::max();
  for (int i = 0; i < 10; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::steady_clock::now() - begin);
  }
  return best;
}

// Repeats a system call until no signal interrupts it. Returns its result, or -errno.
template <typename Call>
ssize_t uninterrupted(Call call) {
  ssize_t result = 0;
  do {
    result = call();
  } while (result < 0 && errno == EINTR);
  return result < 0 ? -errno : result;
}

unsigned size_of(const iovec& part) { return static_cast<unsigned>(part.iov_len); }

constexpr int kPlace = 0;  // of the descriptor in the ring's table

}  // namespace

// The kernel ends a ring some time later, and keeps registered files open until then.
void BatchIo::CloseRing::operator()(io_uring* ring) const {
  ::io_uring_unregister_files(ring);
  ::io_uring_queue_exit(ring);
  delete ring;
}

BatchIo::BatchIo(int fd, Way way) : fd_(fd) {
  if (way == Way::one_by_one || !is_served_at_once(fd)) return;
  auto ring = std::make_unique<io_uring>();
  if (::io_uring_queue_init(kMost, ring.get(), 0) == 0) ring_.reset(ring.release());
  // The ring knows the descriptor by its place: a lookup for each packet would cost half of a system call.
  if (gathers() && ::io_uring_register_files(ring_.get(), &fd_, 1) != 0) ring_.reset();
  if (way == Way::cheaper && gathers() && !ring_pays()) ring_.reset();
}

// Reads that find nothing cost as much as a read without its packet.
bool BatchIo::ring_pays() {
  std::uint8_t byte = 0;
  std::array<iovec, kMost> slots;
  slots.fill({&byte, sizeof byte});
  const auto one_by_one = fastest([&] {
    for (const iovec& slot : slots) (void)!::read(fd_, slot.iov_base, slot.iov_len);
  });
  return fastest([&] { read(slots); }) < one_by_one;
}

BatchIo::BatchIo(BatchIo&&) noexcept = default;
BatchIo& BatchIo::operator=(BatchIo&&) noexcept = default;
BatchIo::~BatchIo() = default;

// The descriptor does not block, so all requests have completed, in their order, when this returns. If the kernel
// has not taken all of them, the ring is dropped: requests left in it must not run later.
template <typename Prepare>
std::span<const ssize_t> BatchIo::submit(std::size_t count, Prepare prepare) {
  for (std::size_t i = 0; i < count; ++i) {
    io_uring_sqe* const request = ::io_uring_get_sqe(ring_.get());
    prepare(request, i);
    request->flags |= IOSQE_FIXED_FILE;
    request->rw_flags = RWF_NOWAIT;
    ::io_uring_sqe_set_data64(request, i);
  }
  const auto results = std::span(results_).first(count);
  std::ranges::fill(results, -EAGAIN);
  int submitted = 0;
  do {
    submitted = ::io_uring_submit_and_wait(ring_.get(), static_cast<unsigned>(count));
  } while (submitted == -EINTR);
  io_uring_cqe* each = nullptr;
  unsigned head = 0;
  unsigned done = 0;
  io_uring_for_each_cqe(ring_.get(), head, each) {
    results_[each->user_data] = each->res;
    ++done;
  }
  ::io_uring_cq_advance(ring_.get(), done);
  if (submitted != static_cast<int>(count)) ring_.reset();
  return results;
}

std::span<const ssize_t> BatchIo::read(std::span<const iovec> slots) {
  assert(slots.size() <= kMost);
  if (gathers() && slots.size() > 1) {
    return submit(slots.size(), [&](io_uring_sqe* request, std::size_t i) {
      ::io_uring_prep_read(request, kPlace, slots[i].iov_base, size_of(slots[i]), 0);
    });
  }
  std::size_t count = 0;
  for (const iovec& slot : slots) {
    results_[count] = uninterrupted([&] { return ::read(fd_, slot.iov_base, slot.iov_len); });
    if (results_[count++] < 0) break;
  }
  return std::span(results_).first(count);
}

std::span<const ssize_t> BatchIo::write(std::span<const Vectors> packets) {
  assert(packets.size() <= kMost);
  if (gathers() && packets.size() > 1) {
    return submit(packets.size(), [&](io_uring_sqe* request, std::size_t i) {
      const Vectors packet = packets[i];
      if (packet.size() == 1) {
        ::io_uring_prep_write(request, kPlace, packet[0].iov_base, size_of(packet[0]), 0);
      } else {
        ::io_uring_prep_writev(request, kPlace, packet.data(), static_cast<unsigned>(packet.size()),
                               0);
      }
    });
  }
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const Vectors packet = packets[i];
    results_[i] = uninterrupted([&] {
      return packet.size() == 1 ? ::write(fd_, packet[0].iov_base, packet[0].iov_len)
                                : ::writev(fd_, packet.data(), static_cast<int>(packet.size()));
    });
  }
  return std::span(results_).first(packets.size());
}

}  // namespace tcpstack::device
