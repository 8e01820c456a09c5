// The kernel's end of a TUN device: its address, its MTU, and that it is up. The same as `ip address add` and `ip
// link set`, by the kernel's routing sockets (rtnetlink(7)), in the current network namespace.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "stack/wire/address.h"

namespace tcpstack::device {

class Netlink;
struct Link;

inline constexpr unsigned kMinMtu = 68;  // RFC 791: every link carries it
inline constexpr unsigned kMaxMtu = 65535;
// Packets that may wait for us. The kernel's 500 for a TUN device are too few for a thousand clients that send at
// once.
inline constexpr unsigned kMinQueueLength = 5000;

struct TunSettings {
  Address host_address;  // the kernel's end
  unsigned prefix = 24;  // bits of the network that both ends share, 0 to 32
  Address our_address;   // the stack's; must not be the kernel's, too
  unsigned mtu = 1500;   // bytes of one IP packet
};

struct ConfigurationError {
  enum class Kind : std::uint8_t {
    no_such_device,
    no_permission,
    mtu_out_of_range,
    address_in_use,  // the kernel has one of the two addresses on another interface
    network_in_use,  // another interface leads to the same network
    other,
  };
  Kind kind = Kind::other;
  std::string message;  // one line for a person, with the remedy
};

// The state of a network interface, whoever set it.
struct LinkState {
  bool exists = false;
  bool up = false;
  bool has_address = false;  // an IPv4 address
  unsigned mtu = 0;          // bytes
  unsigned queue_length = 0;

  // An interface that is up or has an address: somebody has configured it, so it is left alone.
  [[nodiscard]] bool is_configured() const { return up || has_address; }
};

std::expected<LinkState, ConfigurationError> link_state(const std::string& name);

// Owns its changes and undoes exactly them at the end: removes the address, brings the device down, restores its
// MTU and the length of its queue. (A device that a Tun has made disappears with the Tun in any case.)
class TunConfiguration {
 public:
  // Gives an existing device its MTU, its address and a long enough queue, and brings it up; all or nothing. A
  // device that is up or has an address is left alone, see has_changed().
  static std::expected<TunConfiguration, ConfigurationError> apply(const std::string& name,
                                                                   const TunSettings& settings);

  TunConfiguration(TunConfiguration&&) noexcept;
  TunConfiguration& operator=(TunConfiguration&&) = delete;
  ~TunConfiguration();

  // Returns false if somebody else configured the device, which is then unchanged.
  [[nodiscard]] bool has_changed() const { return has_address_ || is_up_ || former_mtu_ != 0; }

 private:
  TunConfiguration(std::unique_ptr<Netlink> netlink, int index, const TunSettings& settings);

  std::expected<void, ConfigurationError> change(const std::string& name, const Link& now);

  std::unique_ptr<Netlink> netlink_;  // of the namespace in which apply() was called
  int index_;
  TunSettings settings_;
  // The changes so far; 0: the MTU was right.
  unsigned former_mtu_ = 0;
  std::optional<unsigned> former_queue_length_;
  bool has_address_ = false;
  bool is_up_ = false;
};

}  // namespace tcpstack::device
