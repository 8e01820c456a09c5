// The options of every program with a stack of its own: the link, TCP's tunables, and faults. The values are
// checked.
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
  bool mtu_given = false;             // false: a device that is set up already decides the MTU
  std::optional<std::uint64_t> seed;  // empty: drawn from the system
  std::vector<device::Fault> faults;  // faults of the link
  unsigned queues = 1;                // queues of the device
  bool bulk_thread = true;            // may a kernel thread take bulk?
  bool io_uring = true;               // may many packets cross the device in one system call?
  Duration busy_poll{0};              // how long the device is polled before a wait
  Config stack;                       // our address, the MTU, and TCP's tunables
};

// The answer of a command line that does not run the program: a text to print, and the exit code. 0 for --help and
// --version (standard output), 2 for a mistake (standard error).
struct Answer {
  int exit_code = 0;
  std::string text;
};

// Prints the text to its stream and returns the exit code.
int give(const Answer& answer);

}  // namespace tcpstack::app
