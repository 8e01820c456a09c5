#include "tests/bench/load/connection.h"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <system_error>

namespace tcpstack::bench {
namespace {

constexpr std::uint64_t kFirstPort = 10'000;
constexpr std::uint64_t kPorts = 65'536 - kFirstPort;
constexpr timeval kPatience{.tv_sec = 10, .tv_usec = 0};

Descriptor make_socket(int more) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | more, 0));
  if (!socket) fail("socket");
  const int yes = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return socket;
}

const sockaddr* generic(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_in address_of(const std::string& address, std::uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(port);
  if (::inet_pton(AF_INET, address.c_str(), &result.sin_addr) != 1) {
    throw std::runtime_error("'" + address + "' is not an IPv4 address");
  }
  return result;
}

Descriptor connect_to(const std::string& server, std::uint16_t port) {
  Descriptor socket = make_socket(0);
  const sockaddr_in remote = address_of(server, port);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  if (::connect(socket.get(), generic(remote), sizeof remote) != 0) fail("connect");
  return socket;
}

LocalEndpoints::LocalEndpoints(const Target& target) : target_(target) {}

Descriptor LocalEndpoints::start_connect(std::uint16_t port) {
  Descriptor socket = make_socket(SOCK_NONBLOCK);
  if (!target_.first_source.empty()) bind_next(socket.get());
  const sockaddr_in remote = address_of(target_.server, port);
  if (::connect(socket.get(), generic(remote), sizeof remote) != 0 && errno != EINPROGRESS) {
    fail("connect");
  }
  return socket;
}

void LocalEndpoints::bind_next(int socket) {
  const std::uint64_t all = kPorts * target_.sources;
  for (std::uint64_t tries = 0; tries < all; ++tries) {
    const std::uint64_t number = used_++ % all;
    sockaddr_in local =
        address_of(target_.first_source, static_cast<std::uint16_t>(kFirstPort + number % kPorts));
    const auto host = ntohl(local.sin_addr.s_addr) + static_cast<std::uint32_t>(number / kPorts);
    local.sin_addr.s_addr = htonl(host);
    if (::bind(socket, generic(local), sizeof local) == 0) return;
    if (errno != EADDRINUSE) fail("bind");
  }
  throw std::runtime_error("no local port is left");
}

}  // namespace tcpstack::bench
