// Settings of Linux, /proc/sys/net/ipv4/K, by the name K, and their meaning for this stack.
#pragma once

#include <string>
#include <vector>

#include "stack/config.h"

namespace tcpstack::drill {

struct Setup;

struct Sysctl {
  std::string name;  // "tcp_sack"
  std::string value;
};

// The settings of defaults.sh, which public scripts assume.
std::vector<Sysctl> default_sysctls();

// The stack's configuration. Throws Unsupported for a setting, or a value, that this stack does not have or take.
Config config_of(const Setup& setup);

}  // namespace tcpstack::drill
