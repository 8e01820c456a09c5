#include "apps/tcpdrill/kernel/network.h"

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <future>
#include <net/route.h>
#include <netinet/in.h>
#include <sstream>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include "apps/tcpdrill/language/problem.h"
#include "stack/device/tun_attach.h"

namespace tcpstack::drill {
namespace {

constexpr const char* kDevice = "tun0";

// Optimizations of Linux that our stack does not have, and that a script does not mean: off unless it asks for them.
const std::array<Sysctl, 6> kMadeComparable = {{
    {"tcp_retrans_collapse", "0"},
    {"tcp_autocorking", "0"},
    {"tcp_tso_win_divisor", "255"},  // no segment waits for a larger super-segment
    {"tcp_no_metrics_save", "1"},
    {"tcp_no_ssthresh_metrics_save", "1"},
    {"tcp_fastopen_blackhole_timeout_sec", "0"},
}};

std::string error_text(const char* what) {
  return fmt::format("{}: {}", what, std::strerror(errno));
}

std::optional<std::string> enter_namespace() {
  if (unshare(CLONE_NEWNET) == 0) return std::nullopt;
  const bool refused = errno == EPERM;
  return refused ? "--on kernel makes a network namespace and a TUN device, which needs root: run "
                   "it with sudo"
                 : error_text("--on kernel: no network namespace");
}

// A file of the calling thread's namespace.
bool write_setting(const std::string& path, const std::string& value) {
  std::ofstream file("/proc/sys/net/" + path);
  return file && (file << value << std::flush);
}

sockaddr socket_address(Address address) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_addr.s_addr = htonl(address.v4());
  return std::bit_cast<sockaddr>(in);
}

// All other addresses are behind the device.
void add_default_route() {
  const device::Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  std::string device = kDevice;
  rtentry route{};
  route.rt_dst = socket_address(Address(0));
  route.rt_genmask = socket_address(Address(0));
  route.rt_flags = RTF_UP;
  route.rt_dev = device.data();
  if (ioctl(socket.get(), SIOCADDRT, &route) != 0)
    throw Unsupported(error_text("the route to the script's peer"));
}

// "0100A8C0:1F90": the kernel prints the address as it lies in memory, read as a number.
std::string proc_text(const Endpoint& end) {
  return fmt::format("{:08X}:{:04X}", htonl(end.address.v4()), end.port);
}

// Two lines per group of counters, "TcpExt: NAME..." and "TcpExt: VALUE...".
std::optional<std::uint64_t> counter_in(const char* file, std::string_view name) {
  std::ifstream in(file);
  std::string names;
  std::string values;
  while (std::getline(in, names) && std::getline(in, values)) {
    std::istringstream name_words(names);
    std::istringstream value_words(values);
    std::string group;
    std::string value;
    name_words >> group;
    value_words >> value;
    group.pop_back();  // the colon
    for (std::string word; name_words >> word && value_words >> value;) {
      if (group + word == name) return std::stoull(value);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> reason_against_kernel() {
  // In a thread, because the thread stays in the namespace.
  return std::async(std::launch::async,
                    [] {
                      if (auto reason = enter_namespace()) return reason;
                      const auto driver = device::open_driver();
                      return driver ? std::nullopt : std::optional(driver.error().message);
                    })
      .get();
}

Network::Network(const Setup& setup) {
  if (const auto reason = enter_namespace()) throw Unsupported(*reason);
  // IPv6 would announce itself on the device.
  write_setting("ipv6/conf/default/disable_ipv6", "1");
  write_setting("ipv4/conf/all/rp_filter", "0");
  write_setting("ipv4/conf/default/rp_filter", "0");
  for (const Sysctl& sysctl : kMadeComparable) apply(sysctl);
  for (const Sysctl& sysctl : setup.sysctls) apply(sysctl);
  auto driver = device::open_driver();
  if (!driver) throw Unsupported(driver.error().message);
  const auto attached = device::attach(*driver, kDevice, device::OffloadMode::off, 0);
  if (!attached) throw Unsupported(attached.error().message);
  tun_ = *std::move(driver);
  auto configuration =
      device::TunConfiguration::apply(kDevice, {.host_address = setup.addresses.local,
                                                .our_address = setup.addresses.remote,
                                                .mtu = setup.mtu});
  if (!configuration) throw Unsupported(configuration.error().message);
  configuration_.emplace(*std::move(configuration));
  add_default_route();
}

void Network::apply(const Sysctl& sysctl) {
  if (sysctl.name.starts_with(kFreeBsd)) throw Unsupported(sysctl.name + ": this is Linux");
  if (sysctl.name == kQueue) {
    if (sysctl.value == "fq") throw Unsupported("the device of --on kernel has no queue fq");
  } else if (sysctl.name == "tcp_congestion_control") {
    congestion_ = sysctl.value;
  } else if (!write_setting("ipv4/" + sysctl.name, sysctl.value)) {
    throw Unsupported(fmt::format("this kernel refuses {}={}", sysctl.name, sysctl.value));
  }
}

std::optional<std::uint64_t> Network::counter(std::string_view name) {
  const auto found = counter_in("/proc/thread-self/net/snmp", name);
  return found ? found : counter_in("/proc/thread-self/net/netstat", name);
}

std::optional<int> Network::connection_state(const Endpoint& ours, const Endpoint& peer) {
  std::ifstream in("/proc/thread-self/net/tcp");
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string number;
    std::string local;
    std::string remote;
    int state = 0;
    words >> number >> local >> remote >> std::hex >> state;
    if (local == proc_text(ours) && remote == proc_text(peer)) return state;
  }
  return std::nullopt;
}

}  // namespace tcpstack::drill
