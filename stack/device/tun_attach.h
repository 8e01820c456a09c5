// Makes a file descriptor a TUN device or one of its queues, or gives the reason why not.
//
// Linux, Documentation/networking/tuntap.rst.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "stack/device/descriptor.h"

namespace tcpstack::device {

struct TunError {
  enum class Kind : std::uint8_t {
    no_permission,  // to open /dev/net/tun, or to make the device
    no_tun,         // the kernel has no TUN driver, or the container no /dev/net/tun
    busy,           // another program has the device open
    bad_name,       // not a name that a network interface can have
    not_a_tun,      // an interface of this name exists and is something else
    one_queue,      // the device was made for one queue, and several are wanted
    gone,           // the device was removed while we had it
    other,
  };
  Kind kind = Kind::other;
  std::string message;  // one line for a person, with the remedy
};

enum class OffloadMode : std::uint8_t { off, on };

// The reason why no network interface can have this name; nothing for a valid name.
std::optional<TunError> name_error(const std::string& name);
TunError busy(const std::string& name);

// An existing TUN device. Before Linux 5.14 the kernel reports no more than this.
struct ExistingTun {
  bool is_open = false;  // as far as the kernel reports it
  std::optional<bool> can_have_several_queues;
};
std::optional<ExistingTun> existing_tun(const std::string& name);

// /dev/net/tun, non-blocking, close-on-exec. No packet comes before it is attached.
std::expected<Descriptor, TunError> open_driver();

// Makes the driver's descriptor the device of this name in the current network namespace, or a queue of it, with
// flags such as IFF_MULTI_QUEUE. Without packet information (IFF_NO_PI).
std::expected<void, TunError> attach(const Descriptor& driver, const std::string& name,
                                     OffloadMode offload, int queue_flags);

}  // namespace tcpstack::device
