#include "apps/common/standard_descriptors.h"

#include <fcntl.h>
#include <unistd.h>

namespace tcpstack::app {

// open() gives the lowest descriptor that is free: below 3 until all three are open.
void secure_standard_descriptors() {
  int descriptor = ::open("/dev/null", O_RDWR);
  while (descriptor >= 0 && descriptor <= STDERR_FILENO) descriptor = ::open("/dev/null", O_RDWR);
  if (descriptor > STDERR_FILENO) ::close(descriptor);
}

}  // namespace tcpstack::app
