// libnl-route's C functions, their reference counts in smart pointers.
#include "stack/device/netlink.h"

#include <array>
#include <cstdint>
#include <net/if.h>
#include <netinet/in.h>
#include <utility>

#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>

#include "stack/base/bytes.h"

namespace tcpstack::device {
namespace {

template <auto kRelease>
struct Release {
  template <typename T>
  void operator()(T* object) const {
    kRelease(object);
  }
};
using LinkPtr = std::unique_ptr<rtnl_link, Release<rtnl_link_put>>;
using AddrPtr = std::unique_ptr<rtnl_addr, Release<rtnl_addr_put>>;
using RawAddrPtr = std::unique_ptr<nl_addr, Release<nl_addr_put>>;
using CachePtr = std::unique_ptr<nl_cache, Release<nl_cache_free>>;

std::expected<void, NetlinkError> result(int code) {
  if (code < 0) return std::unexpected(NetlinkError{code});
  return {};
}

// "address/prefix of interface `index`", in libnl's form.
std::expected<AddrPtr, NetlinkError> make_address(int index, Address address, unsigned prefix) {
  std::array<std::uint8_t, 4> bytes;
  store_be32(bytes.data(), address.v4());
  const RawAddrPtr local(nl_addr_build(AF_INET, bytes.data(), bytes.size()));
  AddrPtr whole(rtnl_addr_alloc());
  if (!local || !whole) return std::unexpected(NetlinkError{-NLE_NOMEM});
  nl_addr_set_prefixlen(local.get(), static_cast<int>(prefix));
  rtnl_addr_set_ifindex(whole.get(), index);
  if (const int code = rtnl_addr_set_local(whole.get(), local.get()); code < 0) {
    return std::unexpected(NetlinkError{code});
  }
  return whole;
}

std::optional<LinkAddress> read_address(rtnl_addr* object) {
  const nl_addr* const local = rtnl_addr_get_local(object);
  if (local == nullptr || nl_addr_get_len(local) != 4) return std::nullopt;
  const auto* const bytes = static_cast<const std::uint8_t*>(nl_addr_get_binary_addr(local));
  const int index = rtnl_addr_get_ifindex(object);
  char name[IF_NAMESIZE] = "";
  return LinkAddress{.index = index,
                     .link_name = if_indextoname(static_cast<unsigned>(index), name) ? name : "",
                     .address = Address(load_be32(bytes)),
                     .prefix = static_cast<unsigned>(rtnl_addr_get_prefixlen(object))};
}

// Requests `changes` of the interface `index`; all other settings stay.
std::expected<void, NetlinkError> change(nl_sock* socket, int index, const LinkPtr& changes) {
  const LinkPtr which(rtnl_link_alloc());
  if (!which || !changes) return std::unexpected(NetlinkError{-NLE_NOMEM});
  rtnl_link_set_ifindex(which.get(), index);
  return result(rtnl_link_change(socket, which.get(), changes.get(), 0));
}

}  // namespace

bool NetlinkError::is_permission() const { return code == -NLE_PERM || code == -NLE_NOACCESS; }

bool NetlinkError::is_missing() const {
  return code == -NLE_OBJ_NOTFOUND || code == -NLE_NODEV || code == -NLE_NOADDR;
}

std::string NetlinkError::text() const { return nl_geterror(code); }

void Netlink::Close::operator()(nl_sock* socket) const { nl_socket_free(socket); }

std::expected<Netlink, NetlinkError> Netlink::open() {
  Netlink netlink(nl_socket_alloc());
  if (!netlink.socket_) return std::unexpected(NetlinkError{-NLE_NOMEM});
  if (const int code = nl_connect(netlink.socket_.get(), NETLINK_ROUTE); code < 0) {
    return std::unexpected(NetlinkError{code});
  }
  return netlink;
}

std::expected<std::optional<Link>, NetlinkError> Netlink::find_link(const std::string& name) {
  rtnl_link* raw = nullptr;
  const int code = rtnl_link_get_kernel(socket_.get(), 0, name.c_str(), &raw);
  const LinkPtr link(raw);
  if (code < 0) {
    const NetlinkError error{code};
    if (error.is_missing()) return std::nullopt;
    return std::unexpected(error);
  }
  return Link{.index = rtnl_link_get_ifindex(raw),
              .up = (rtnl_link_get_flags(raw) & IFF_UP) != 0,
              .mtu = rtnl_link_get_mtu(raw),
              .queue_length = rtnl_link_get_txqlen(raw)};
}

std::expected<std::vector<LinkAddress>, NetlinkError> Netlink::addresses() {
  nl_cache* raw = nullptr;
  if (const int code = rtnl_addr_alloc_cache(socket_.get(), &raw); code < 0) {
    return std::unexpected(NetlinkError{code});
  }
  const CachePtr cache(raw);
  std::vector<LinkAddress> found;
  for (nl_object* object = nl_cache_get_first(raw); object != nullptr;
       object = nl_cache_get_next(object)) {
    // The cache holds only addresses; libnl's objects all begin with an nl_object.
    auto address = read_address(reinterpret_cast<rtnl_addr*>(object));
    if (address) found.push_back(*std::move(address));
  }
  return found;
}

std::expected<void, NetlinkError> Netlink::set_mtu(int index, unsigned mtu) {
  const LinkPtr changes(rtnl_link_alloc());
  if (changes) rtnl_link_set_mtu(changes.get(), mtu);
  return change(socket_.get(), index, changes);
}

std::expected<void, NetlinkError> Netlink::set_queue_length(int index, unsigned packets) {
  const LinkPtr changes(rtnl_link_alloc());
  if (changes) rtnl_link_set_txqlen(changes.get(), packets);
  return change(socket_.get(), index, changes);
}

std::expected<void, NetlinkError> Netlink::set_up(int index, bool up) {
  const LinkPtr changes(rtnl_link_alloc());
  if (changes && up) rtnl_link_set_flags(changes.get(), IFF_UP);
  if (changes && !up) rtnl_link_unset_flags(changes.get(), IFF_UP);
  return change(socket_.get(), index, changes);
}

std::expected<void, NetlinkError> Netlink::add_address(int index, Address address,
                                                       unsigned prefix) {
  auto object = make_address(index, address, prefix);
  if (!object) return std::unexpected(object.error());
  return result(rtnl_addr_add(socket_.get(), object->get(), 0));
}

std::expected<void, NetlinkError> Netlink::remove_address(int index, Address address,
                                                          unsigned prefix) {
  auto object = make_address(index, address, prefix);
  if (!object) return std::unexpected(object.error());
  return result(rtnl_addr_delete(socket_.get(), object->get(), 0));
}

}  // namespace tcpstack::device
