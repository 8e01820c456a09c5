#include "tests/bench/ceiling/device.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <system_error>

#include <fcntl.h>
#include <poll.h>

namespace tcpstack::bench {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

BareTun::BareTun(const std::string& name, bool offload)
    : descriptor_(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC)), offload_(offload) {
  if (!descriptor_) fail("/dev/net/tun");
  ifreq request{};
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_flags = static_cast<short>(IFF_TUN | IFF_NO_PI | (offload ? IFF_VNET_HDR : 0));
  if (::ioctl(descriptor_.get(), TUNSETIFF, &request) != 0) fail("TUNSETIFF");
  if (offload && ::ioctl(descriptor_.get(), TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4) != 0) {
    fail("TUNSETOFFLOAD");
  }
}

std::span<const std::uint8_t> BareTun::receive() {
  const ssize_t size = ::read(descriptor_.get(), slot_.data(), slot_.size());
  if (size < 0 && errno == EAGAIN) return {};
  if (size < 0) fail("read");
  const std::size_t skipped = offload_ ? sizeof(OffloadHeader) : 0;
  return std::span(slot_).first(static_cast<std::size_t>(size)).subspan(skipped);
}

// A short packet goes in one piece: the copy costs less than a gathering write.
bool BareTun::send(const OffloadHeader& offload, std::span<const std::uint8_t> headers,
                   std::span<const std::uint8_t> text) {
  constexpr std::size_t kShort = 256;
  std::array<std::uint8_t, sizeof offload + 2 * kShort> piece;
  std::uint8_t* end = piece.data();
  const auto copy = [&end](const void* from, std::size_t size) {
    std::memcpy(end, from, size);
    end += size;
  };
  if (offload_) copy(&offload, sizeof offload);
  copy(headers.data(), headers.size());
  if (text.size() <= kShort) {
    if (!text.empty()) copy(text.data(), text.size());
    return ::write(descriptor_.get(), piece.data(), static_cast<std::size_t>(end - piece.data())) >=
           0;
  }
  // writev() takes pointers to non-const and does not write through them.
  const std::array<iovec, 2> vectors{{{piece.data(), static_cast<std::size_t>(end - piece.data())},
                                      {const_cast<std::uint8_t*>(text.data()), text.size()}}};
  return ::writev(descriptor_.get(), vectors.data(), vectors.size()) >= 0;
}

bool BareTun::wait(int milliseconds) const {
  pollfd what{.fd = descriptor_.get(), .events = POLLIN, .revents = 0};
  return ::poll(&what, 1, milliseconds) > 0;
}

}  // namespace tcpstack::bench
