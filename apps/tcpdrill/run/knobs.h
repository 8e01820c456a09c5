// Settings of Linux, /proc/sys/net/ipv4/K, by the name K, and their meaning for this stack. Settings of FreeBSD have their
// whole name.
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

inline constexpr const char* kQueue = "net.core.default_qdisc";  // the queue before the device
inline constexpr const char* kFreeBsd = "net.inet.";             // how FreeBSD's names begin

// The settings of defaults.sh, which public scripts assume.
std::vector<Sysctl> default_sysctls();

// The stack's configuration. Throws Unsupported for a setting, or a value, that this stack does not have or take.
Config config_of(const Setup& setup);
// `config` with other settings. Throws Unsupported.
Config changed(Config config, const std::vector<Sysctl>& sysctls);

}  // namespace tcpstack::drill
