// A network namespace with a TUN device in it: a wire between a kernel and a script.
//
// network_namespaces(7): a namespace belongs to threads. The thread that makes a Network, and the threads that it
// starts afterwards, are in the namespace; their sockets use the device. Nothing outside is touched, and the kernel
// removes the namespace with the last thread and the last socket.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "apps/tcpdrill/run/setup.h"
#include "stack/device/descriptor.h"
#include "stack/device/tun_config.h"

namespace tcpstack::drill {

// The reason, with its remedy, why this process cannot have a namespace with a TUN device; nothing if it can.
std::optional<std::string> reason_against_kernel();

class Network {
 public:
  // Moves the calling thread. Throws Unsupported, with the kernel's reason, if there is no namespace, no device, or
  // no such setting.
  explicit Network(const Setup& setup);

  // Throws Unsupported, as the constructor does.
  void apply(const Sysctl& sysctl);

  // Reads and writes one IP packet per call; never waits.
  [[nodiscard]] int fd() const { return tun_.get(); }
  // The congestion control of the setup, for TCP_CONGESTION: a namespace may not have a default of its own.
  [[nodiscard]] const std::string& congestion() const { return congestion_; }

  // /proc/net/snmp and /proc/net/netstat, by nstat's name: "TcpExtPAWSEstab".
  [[nodiscard]] static std::optional<std::uint64_t> counter(std::string_view name);
  // /proc/net/tcp: the state, TCP_ESTABLISHED and so on, of the connection with these ends. Nothing if there is none.
  [[nodiscard]] static std::optional<int> connection_state(const Endpoint& ours,
                                                           const Endpoint& peer);

 private:
  std::string congestion_;
  device::Descriptor tun_;
  std::optional<device::TunConfiguration> configuration_;
};

}  // namespace tcpstack::drill
