// The order of the requests to the kernel, the checks before them, and how to undo them.
#include "stack/device/tun_config.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "stack/device/netlink.h"

namespace tcpstack::device {
namespace {

using Kind = ConfigurationError::Kind;
using Result = std::expected<void, ConfigurationError>;

std::unexpected<ConfigurationError> error(Kind kind, std::string message) {
  return std::unexpected(ConfigurationError{kind, std::move(message)});
}

// The error message: `what` could not be done.
std::unexpected<ConfigurationError> error(const NetlinkError& cause, const std::string& what) {
  if (cause.is_permission()) {
    return error(
        Kind::no_permission,
        "no permission to " + what +
            ": run with sudo, or once `sudo setcap cap_net_admin+ep PROGRAM`, or configure "
            "the device beforehand with `sudo ip`");
  }
  return error(cause.is_missing() ? Kind::no_such_device : Kind::other,
               "cannot " + what + ": " + cause.text());
}

std::string text(Address address, unsigned prefix) {
  return address.to_string() + '/' + std::to_string(prefix);
}

std::uint32_t network_of(Address address, unsigned prefix) {
  return prefix == 0 ? 0 : address.v4() >> (32 - prefix);
}

bool is_same_network(const LinkAddress& other, const TunSettings& settings) {
  return other.prefix == settings.prefix && network_of(other.address, other.prefix) ==
                                                network_of(settings.host_address, settings.prefix);
}

std::string address_in_use(const LinkAddress& other) {
  return "the address " + other.address.to_string() + " is already used on the interface " +
         other.link_name + ": choose another";
}

// The stack's address must not be the kernel's, on any interface.
Result check_our_address(const std::vector<LinkAddress>& taken, const TunSettings& settings) {
  const auto other = std::ranges::find(taken, settings.our_address, &LinkAddress::address);
  if (other == taken.end()) return {};
  return error(Kind::address_in_use, address_in_use(*other));
}

// The kernel must not have the same address or network on another interface. The device itself has none yet.
Result check_host_address(const std::vector<LinkAddress>& taken, const TunSettings& settings) {
  for (const LinkAddress& other : taken) {
    if (other.address == settings.host_address) {
      return error(Kind::address_in_use, address_in_use(other));
    }
    if (is_same_network(other, settings)) {
      return error(Kind::network_in_use, "the interface " + other.link_name + " with " +
                                             text(other.address, other.prefix) +
                                             " leads to the same network as " +
                                             text(settings.host_address, settings.prefix) +
                                             ": choose addresses of another network");
    }
  }
  return {};
}

Result check_mtu(unsigned mtu) {
  if (mtu >= kMinMtu && mtu <= kMaxMtu) return {};
  return error(Kind::mtu_out_of_range,
               "an MTU of " + std::to_string(mtu) + " bytes is out of range: choose " +
                   std::to_string(kMinMtu) + " to " + std::to_string(kMaxMtu));
}

// The interface and the addresses of all interfaces.
struct Found {
  Link link;
  std::vector<LinkAddress> addresses;

  [[nodiscard]] bool has_address() const {
    return std::ranges::find(addresses, link.index, &LinkAddress::index) != addresses.end();
  }
};

std::expected<Found, ConfigurationError> find(Netlink& netlink, const std::string& name) {
  const auto link = netlink.find_link(name);
  if (!link) return error(link.error(), "look for the device " + name);
  if (!*link) {
    return error(Kind::no_such_device, "there is no device " + name + ": open it first");
  }
  auto addresses = netlink.addresses();
  if (!addresses) return error(addresses.error(), "list the addresses of this machine");
  return Found{**link, *std::move(addresses)};
}

std::expected<std::unique_ptr<Netlink>, ConfigurationError> open_netlink() {
  auto netlink = Netlink::open();
  if (!netlink) return error(netlink.error(), "ask the kernel about its network interfaces");
  return std::make_unique<Netlink>(*std::move(netlink));
}

}  // namespace

std::expected<LinkState, ConfigurationError> link_state(const std::string& name) {
  const auto netlink = open_netlink();
  if (!netlink) return std::unexpected(netlink.error());
  const auto found = find(**netlink, name);
  if (!found && found.error().kind == Kind::no_such_device) return LinkState{};
  if (!found) return std::unexpected(found.error());
  return LinkState{.exists = true,
                   .up = found->link.up,
                   .has_address = found->has_address(),
                   .mtu = found->link.mtu,
                   .queue_length = found->link.queue_length};
}

std::expected<TunConfiguration, ConfigurationError> TunConfiguration::apply(
    const std::string& name, const TunSettings& settings) {
  if (const auto checked = check_mtu(settings.mtu); !checked) {
    return std::unexpected(checked.error());
  }
  auto netlink = open_netlink();
  if (!netlink) return std::unexpected(netlink.error());
  const auto found = find(**netlink, name);
  if (!found) return std::unexpected(found.error());
  if (const auto checked = check_our_address(found->addresses, settings); !checked) {
    return std::unexpected(checked.error());
  }
  TunConfiguration configuration(*std::move(netlink), found->link.index, settings);
  if (found->link.up || found->has_address()) return configuration;

  if (const auto checked = check_host_address(found->addresses, settings); !checked) {
    return std::unexpected(checked.error());
  }
  if (const auto done = configuration.change(name, found->link); !done) {
    return std::unexpected(done.error());
  }
  return configuration;
}

TunConfiguration::TunConfiguration(std::unique_ptr<Netlink> netlink, int index,
                                   const TunSettings& settings)
    : netlink_(std::move(netlink)), index_(index), settings_(settings) {}

Result TunConfiguration::change(const std::string& name, const Link& now) {
  if (now.mtu != settings_.mtu) {
    if (const auto done = netlink_->set_mtu(index_, settings_.mtu); !done) {
      return error(done.error(), "set the MTU of " + name + " to " + std::to_string(settings_.mtu));
    }
    former_mtu_ = now.mtu;
  }
  if (now.queue_length < kMinQueueLength) {
    if (const auto done = netlink_->set_queue_length(index_, kMinQueueLength); !done) {
      return error(done.error(), "make the queue of " + name + " longer");
    }
    former_queue_length_ = now.queue_length;
  }
  const Address address = settings_.host_address;
  if (const auto done = netlink_->add_address(index_, address, settings_.prefix); !done) {
    return error(done.error(), "give " + name + " the address " + text(address, settings_.prefix));
  }
  has_address_ = true;
  if (const auto done = netlink_->set_up(index_, true); !done) {
    return error(done.error(), "bring " + name + " up");
  }
  is_up_ = true;
  return {};
}

// A device that has disappeared needs nothing, so failures do not matter.
TunConfiguration::~TunConfiguration() {
  if (!netlink_) return;
  if (has_address_) {
    static_cast<void>(netlink_->remove_address(index_, settings_.host_address, settings_.prefix));
  }
  if (is_up_) static_cast<void>(netlink_->set_up(index_, false));
  if (former_queue_length_)
    static_cast<void>(netlink_->set_queue_length(index_, *former_queue_length_));
  if (former_mtu_ != 0) static_cast<void>(netlink_->set_mtu(index_, former_mtu_));
}

TunConfiguration::TunConfiguration(TunConfiguration&&) noexcept = default;

}  // namespace tcpstack::device
