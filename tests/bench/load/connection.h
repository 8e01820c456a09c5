// The kernel's sockets, with errors as exceptions.
#pragma once

#include <cstdint>
#include <netinet/in.h>
#include <string>

#include "stack/device/descriptor.h"

namespace tcpstack::bench {

using device::Descriptor;

// The server, and the local addresses to use.
struct Target {
  std::string server = "10.0.0.2";
  std::uint16_t echo = 7;
  std::uint16_t discard = 9;
  std::uint16_t source = 19;
  // The first of `sources` consecutive local addresses. Empty: the kernel chooses, which is enough for some
  // thousand connections.
  std::string first_source;
  unsigned sources = 1;
};

sockaddr_in address_of(const std::string& address, std::uint16_t port);

// Blocking and connected. Each read and write has a time limit, so that a server that stalls is an error.
Descriptor connect_to(const std::string& server, std::uint16_t port);

// Hands out local addresses and ports in turn, none twice within a million connections. The ports of recently
// closed connections are in TIME_WAIT, and the search for a free one would be the kernel's main work.
class LocalEndpoints {
 public:
  explicit LocalEndpoints(const Target& target);
  // A non-blocking socket whose handshake has begun.
  Descriptor start_connect(std::uint16_t port);

 private:
  void bind_next(int socket);

  const Target& target_;
  std::uint64_t used_ = 0;
};

// Throws std::system_error with errno.
[[noreturn]] void fail(const std::string& what);

}  // namespace tcpstack::bench
