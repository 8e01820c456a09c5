// Brings up the link that the options name: opens the TUN device, sets it up, and puts the faults between it and
// the stack.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>

#include "apps/common/stack_options.h"
#include "stack/base/seed.h"
#include "stack/device/tun_config.h"
#include "stack/runtime/devices/faulty_device.h"
#include "stack/runtime/devices/packet_device.h"

namespace tcpstack::app {

struct Link {
  // Undone at the end; empty: the device was not ours to configure.
  std::optional<device::TunConfiguration> configuration;
  std::unique_ptr<runtime::packet_device> device;
};

// Adopts the device's MTU unless the options set it. The faults follow from `seed`; `report` is called for each fault
// that hits. Throws std::runtime_error with a line for the user.
Link open_link(const boost::asio::any_io_executor& executor, StackOptions& options,
               const base::Seed& seed, runtime::faulty_device::report report);

// The given seed, or 256 bits from the operating system.
base::Seed seed_of(const StackOptions& options);

}  // namespace tcpstack::app
