#include "stack/device/batch_io.h"

#include <algorithm>
#include <cassert>
#include <cerrno>

#include <liburing.h>
#include <unistd.h>

namespace tcpstack::device {
namespace {

// Does the descriptor's driver keep its word not to block when io_uring asks? If not, io_uring would never read.
bool is_served_at_once(int fd) {
  iovec nowhere{};
  std::uint8_t byte = 0;
  nowhere = {&byte, sizeof byte};
  return ::preadv2(fd, &nowhere, 1, -1, RWF_NOWAIT) >= 0 || errno != EOPNOTSUPP;
}

// A system call again until no signal has interrupted it; what it returns, or -errno.
template <typename Call>
ssize_t uninterrupted(Call call) {
  ssize_t result = 0;
  do {
    result = call();
  } while (result < 0 && errno == EINTR);
  return result < 0 ? -errno : result;
}

}  // namespace

void BatchIo::CloseRing::operator()(io_uring* ring) const {
  ::io_uring_queue_exit(ring);
  delete ring;
}

BatchIo::BatchIo(int fd) : fd_(fd) {
  if (!is_served_at_once(fd)) return;
  auto ring = std::make_unique<io_uring>();
  if (::io_uring_queue_init(kMost, ring.get(), 0) == 0) ring_.reset(ring.release());
}

BatchIo::BatchIo(BatchIo&&) noexcept = default;
BatchIo& BatchIo::operator=(BatchIo&&) noexcept = default;
BatchIo::~BatchIo() = default;

std::span<const ssize_t> BatchIo::read(std::span<const iovec> slots) {
  assert(slots.size() <= kMost);
  if (gathers() && slots.size() > 1) {
    for (std::size_t i = 0; i < slots.size(); ++i) {
      io_uring_sqe* const entry = ::io_uring_get_sqe(ring_.get());
      const auto size = static_cast<unsigned>(slots[i].iov_len);
      ::io_uring_prep_read(entry, fd_, slots[i].iov_base, size, static_cast<std::uint64_t>(-1));
      entry->rw_flags = RWF_NOWAIT;
      entry->user_data = i;
    }
    return submit(slots.size());
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
    for (std::size_t i = 0; i < packets.size(); ++i) {
      io_uring_sqe* const entry = ::io_uring_get_sqe(ring_.get());
      const auto count = static_cast<unsigned>(packets[i].size());
      ::io_uring_prep_writev(entry, fd_, packets[i].data(), count, static_cast<std::uint64_t>(-1));
      entry->rw_flags = RWF_NOWAIT;
      entry->user_data = i;
    }
    return submit(packets.size());
  }
  for (std::size_t i = 0; i < packets.size(); ++i) {
    results_[i] = uninterrupted(
        [&] { return ::writev(fd_, packets[i].data(), static_cast<int>(packets[i].size())); });
  }
  return std::span(results_).first(packets.size());
}

// The descriptor does not block, so all requests have been done, in their order, when this returns.
std::span<const ssize_t> BatchIo::submit(std::size_t count) {
  std::ranges::fill(std::span(results_).first(count), -EAGAIN);
  uninterrupted([&]() -> ssize_t {
    const int submitted = ::io_uring_submit_and_wait(ring_.get(), static_cast<unsigned>(count));
    errno = -submitted;
    return submitted;
  });
  io_uring_cqe* each = nullptr;
  unsigned head = 0;
  unsigned seen = 0;
  io_uring_for_each_cqe(ring_.get(), head, each) {
    results_[each->user_data] = each->res;
    ++seen;
  }
  ::io_uring_cq_advance(ring_.get(), seen);
  return std::span(results_).first(count);
}

}  // namespace tcpstack::device
