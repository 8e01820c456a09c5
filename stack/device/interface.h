// Questions to the kernel about a network interface, by its name. netdevice(7); linux/ethtool.h.
#pragma once

#include <cstdint>
#include <linux/sockios.h>
#include <net/if.h>
#include <string>

namespace tcpstack::device {

ifreq request_for(const std::string& name);

// Makes one of the ioctls of netdevice(7), also a changing one. Returns false if it fails, with errno: no such
// interface, not supported by the driver, or not permitted.
bool ask(unsigned long what, ifreq& request);

// One of ethtool's commands, with its own struct for question and answer.
template <typename Answer>
bool ask_ethtool(const std::string& name, std::uint32_t command, Answer& answer) {
  ifreq request = request_for(name);
  answer.cmd = command;
  request.ifr_data = reinterpret_cast<char*>(&answer);
  return ask(SIOCETHTOOL, request);
}

}  // namespace tcpstack::device
