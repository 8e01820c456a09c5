// The options that every program with a stack of its own has: the link, TCP's tunables, and faults. Checked:
// whoever holds them need not doubt their values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stack/config.h"
#include "stack/device/fault.h"
#include "stack/wire/address.h"

namespace tcpstack::app {

struct StackOptions {
  std::string device = "tun0";
  bool configure = true;              // may we create the device, give it an address, bring it up?
  Address host_address{0x0a000001};   // the kernel's end of the device
  unsigned prefix = 24;               // bits of the network that both ends share
  bool mtu_given = false;             // else a device that someone else has configured says it
  std::optional<std::uint64_t> seed;  // none: a random one
  std::vector<device::Fault> faults;  // what shall go wrong on the link
  unsigned queues = 1;                // of the device
  bool bulk_thread = true;            // may the kernel take bulk in a thread of its own?
  Duration busy_poll{0};              // how long the device is asked before it is waited for
  Config stack;                       // our address, the MTU, and TCP's tunables
};

// The command line asked for something other than to run: a text to print, and the exit code:
// 0 for --help and --version (standard output), 2 for a mistake (standard error).
struct Answer {
  int exit_code = 0;
  std::string text;
};

// Prints it where it belongs and returns the exit code.
int give(const Answer& answer);

}  // namespace tcpstack::app
