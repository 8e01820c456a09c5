// A thin interface to libnl-route: a socket to the kernel, with the four questions and three requests of
// tun_config.cc. All concern the network namespace in which the socket was opened.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stack/wire/address.h"

struct nl_sock;

namespace tcpstack::device {

// A negative code of libnl, as its functions return it.
struct NetlinkError {
  int code = 0;
  [[nodiscard]] bool is_permission() const;
  [[nodiscard]] bool is_missing() const;  // no such device or object
  [[nodiscard]] std::string text() const;
};

struct Link {
  int index = 0;
  bool up = false;
  unsigned mtu = 0;           // bytes
  unsigned queue_length = 0;  // packets that may wait for the reader
};

struct LinkAddress {
  int index = 0;          // of the link
  std::string link_name;  //
  Address address;
  unsigned prefix = 0;  // bits
};

class Netlink {
 public:
  static std::expected<Netlink, NetlinkError> open();

  // The interface of this name; nothing if there is none.
  std::expected<std::optional<Link>, NetlinkError> find_link(const std::string& name);
  // All IPv4 addresses of all interfaces.
  std::expected<std::vector<LinkAddress>, NetlinkError> addresses();

  std::expected<void, NetlinkError> set_mtu(int index, unsigned mtu);
  std::expected<void, NetlinkError> set_queue_length(int index, unsigned packets);
  std::expected<void, NetlinkError> set_up(int index, bool up);
  std::expected<void, NetlinkError> add_address(int index, Address address, unsigned prefix);
  std::expected<void, NetlinkError> remove_address(int index, Address address, unsigned prefix);

 private:
  struct Close {
    void operator()(nl_sock* socket) const;
  };
  explicit Netlink(nl_sock* socket) : socket_(socket) {}

  std::unique_ptr<nl_sock, Close> socket_;
};

}  // namespace tcpstack::device
