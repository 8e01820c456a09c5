// The command line of tcpstack, checked: whoever holds an Options need not doubt its values.
//
// Parsing prints nothing and ends nothing, so that tests can look at every message. What a value has
// to be is said in options.cc; what it does, in stack/config.h and --help.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "stack/config.h"
#include "stack/device/fault.h"
#include "stack/wire/address.h"

namespace tcpstack::app {

enum class LogLevel : std::uint8_t { trace, debug, info, warn, error, off };
enum class LogFormat : std::uint8_t { text, json };

struct ServiceRequest {
  std::string name;
  std::uint16_t port = 0;
  friend bool operator==(const ServiceRequest&, const ServiceRequest&) = default;
};

struct Options {
  std::string device;
  bool configure = true;             // may we create the device, give it an address, bring it up?
  Address host_address{0x0a000001};  // the kernel's end of the device
  unsigned prefix = 24;              // bits of the network that both ends share
  std::vector<ServiceRequest> services;
  std::string capture;  // a file's name, "-": standard output; empty: no capture
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::text;
  std::optional<std::uint64_t> seed;  // none: a random one
  bool mtu_given = false;             // else a device that someone else has configured says it
  std::vector<device::Fault> faults;  // what shall go wrong on the link
  Config stack;                       // our address, the MTU, and TCP's tunables
};

// The command line asked for something other than to run: a text to print, and the exit code:
// 0 for --help and --version (standard output), 2 for a mistake (standard error).
struct Answer {
  int exit_code = 0;
  std::string text;
};

// `arguments` without the program's name.
std::expected<Options, Answer> parse_options(const std::vector<std::string>& arguments);

}  // namespace tcpstack::app
