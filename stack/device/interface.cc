#include "stack/device/interface.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

#include "stack/device/descriptor.h"

namespace tcpstack::device {

ifreq request_for(const std::string& name) {
  ifreq request{};
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  return request;
}

bool ask(unsigned long what, ifreq& request) {
  const Descriptor any_socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  return any_socket && ::ioctl(any_socket.get(), what, &request) == 0;
}

}  // namespace tcpstack::device
