#include "stack/device/random_seed.h"

#include <array>
#include <cerrno>
#include <system_error>

#include <unistd.h>

namespace tcpstack::device {

base::Seed random_seed() {
  std::array<std::uint8_t, base::Seed::kSize> bits;
  if (getentropy(bits.data(), bits.size()) != 0)
    throw std::system_error(errno, std::generic_category(), "no random seed from the system");
  return base::Seed(bits);
}

}  // namespace tcpstack::device
