// bench_server: echo, discard and a source on the kernel's own sockets, for the comparison over a pair of veth
// devices. One thread, epoll, edge-triggered. scripts/bench starts it; by hand:
//
//   bench_server [ADDRESS]
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

namespace tcpstack::bench {
namespace {

enum Service : std::uint16_t { kEcho = 7, kDiscard = 9, kSource = 19 };

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

class KernelServer {
 public:
  explicit KernelServer(const std::string& address) {
    if (poll_ < 0) fail("epoll_create1");
    for (const Service service : {kEcho, kDiscard, kSource}) listen(address, service);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 64> events{};
    for (;;) {
      const int count = ::epoll_wait(poll_, events.data(), events.size(), -1);
      for (int i = 0; i < count; ++i) serve(events[static_cast<std::size_t>(i)].data.u64);
    }
  }

 private:
  // The data of an epoll event: the descriptor, its service, and whether it listens.
  static std::uint64_t pack(int fd, Service service, bool listens) {
    return static_cast<std::uint64_t>(fd) << 32U | std::uint64_t{listens} << 16U | service;
  }

  void watch(int fd, Service service, bool listens) const {
    const unsigned what = listens ? EPOLLIN : EPOLLIN | EPOLLOUT | EPOLLET;
    epoll_event event{.events = what, .data = {.u64 = pack(fd, service, listens)}};
    if (::epoll_ctl(poll_, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
  }

  void listen(const std::string& address, Service service) const {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in local{};
    local.sin_family = AF_INET;
    local.sin_port = htons(service);
    ::inet_pton(AF_INET, address.c_str(), &local.sin_addr);
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&local), sizeof local) != 0) fail("bind");
    if (::listen(fd, 4096) != 0) fail("listen");
    watch(fd, service, true);
  }

  void serve(std::uint64_t packed) {
    const int fd = static_cast<int>(packed >> 32U);
    const auto service = static_cast<Service>(packed & 0xffffU);
    if ((packed >> 16U & 1U) != 0) return accept(fd, service);
    const bool goes_on = service == kSource ? send(fd) : receive(fd, service == kEcho);
    if (!goes_on) ::close(fd);
  }

  void accept(int listener, Service service) const {
    int fd = 0;
    while ((fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
      const int yes = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      watch(fd, service, false);
    }
  }

  bool send(int fd) {
    ssize_t size = 0;
    while ((size = ::send(fd, text_.data(), text_.size(), MSG_NOSIGNAL)) > 0) {
    }
    return errno == EAGAIN;
  }

  // A client of echo reads here before it writes again, so its socket has room for the echo.
  bool receive(int fd, bool echo) {
    ssize_t size = 0;
    while ((size = ::recv(fd, text_.data(), text_.size(), 0)) > 0) {
      if (echo && ::send(fd, text_.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL) != size) {
        return false;
      }
      if (static_cast<std::size_t>(size) < text_.size()) return true;
    }
    return size < 0 && errno == EAGAIN;
  }

  int poll_ = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<char> text_ = std::vector<char>(256 * 1024, 'x');
};

}  // namespace
}  // namespace tcpstack::bench

int main(int count, char** words) {
  try {
    const rlimit descriptors{.rlim_cur = 1 << 20, .rlim_max = 1 << 20};
    ::setrlimit(RLIMIT_NOFILE, &descriptors);  // without permission the old limit stays
    tcpstack::bench::KernelServer server(count > 1 ? words[1] : "0.0.0.0");
    std::puts("ready");
    std::fflush(stdout);
    server.run();
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_server: {}\n", error.what());
    return 1;
  }
}
