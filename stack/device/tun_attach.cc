// Half of opening a TUN device is a good error message.
#include "stack/device/tun_attach.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <linux/ethtool.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <utility>

#include <fcntl.h>

#include "stack/device/interface.h"

namespace tcpstack::device {
namespace {

constexpr const char* kTunPath = "/dev/net/tun";

using Kind = TunError::Kind;

std::unexpected<TunError> error(Kind kind, std::string message) {
  return std::unexpected(TunError{kind, std::move(message)});
}

std::string mode_of(const char* path) {
  struct stat status{};
  if (::stat(path, &status) != 0) return "unknown";
  constexpr std::string_view kDigits = "01234567";
  std::string mode = "0";
  for (const unsigned shift : {6u, 3u, 0u}) mode += kDigits[status.st_mode >> shift & 7];
  return mode;
}

// The reason why /dev/net/tun could not be opened.
std::unexpected<TunError> path_error(int code) {
  const std::string path = kTunPath;
  switch (code) {
    case EACCES:
    case EPERM:
      return error(Kind::no_permission,
                   "no permission to open " + path + " (its mode is " + mode_of(kTunPath) +
                       "): run with sudo, or as root `chmod 0666 " + path + "`");
    case ENOENT:
    case ENODEV:
    case ENXIO:
      return error(Kind::no_tun,
                   "there is no " + path +
                       ": load the driver with `sudo modprobe tun`, or give it to the "
                       "container (docker run --device " +
                       path + ")");
    default: return error(Kind::other, "cannot open " + path + ": " + std::strerror(code));
  }
}

// The reason why the device could not be made or attached to.
std::unexpected<TunError> attach_error(int code, const std::string& name) {
  switch (code) {
    case EPERM:
    case EACCES:
      return error(
          Kind::no_permission,
          "no permission to use the device " + name +
              ": run with sudo, or once `sudo setcap cap_net_admin+ep PROGRAM`, or have it "
              "made for you: `sudo ip tuntap add dev " +
              name + " mode tun user $USER`");
    case EBUSY: return std::unexpected(busy(name));
    case EINVAL:
      return error(Kind::not_a_tun,
                   "the interface " + name + " exists and is not a TUN device: take another name");
    default:
      return error(Kind::other, "cannot make the device " + name + ": " + std::strerror(code));
  }
}

// The rules of the kernel's dev_valid_name(), and no '%', which would make the name a pattern.
bool is_valid_name(std::string_view name) {
  const auto is_bad = [](char c) {
    return c == '/' || c == ':' || c == '%' || c <= ' ' || c > '~';
  };
  return !name.empty() && name.size() < IFNAMSIZ && name != "." && name != ".." &&
         std::ranges::none_of(name, is_bad);
}

// The name in a form for one line.
std::string shown(std::string name) {
  std::ranges::replace_if(name, [](char c) { return c < ' ' || c > '~'; }, '?');
  return name;
}

bool is_tun(const std::string& name) {
  ethtool_drvinfo driver{};
  return ask_ethtool(name, ETHTOOL_GDRVINFO, driver) && std::strcmp(driver.driver, "tun") == 0;
}

}  // namespace

std::optional<TunError> name_error(const std::string& name) {
  if (is_valid_name(name)) return {};
  return TunError{Kind::bad_name,
                  "'" + shown(name) + "' cannot be the name of a device: 1 to " +
                      std::to_string(IFNAMSIZ - 1) +
                      " letters, digits or signs, none of them a space, '/', ':' or '%'"};
}

TunError busy(const std::string& name) {
  return {Kind::busy, "the device " + name +
                          " is busy: another program has it open; stop that one or take another "
                          "name"};
}

std::optional<ExistingTun> existing_tun(const std::string& name) {
  if (!is_tun(name)) return {};
  ethtool_channels queues{};
  if (!ask_ethtool(name, ETHTOOL_GCHANNELS, queues)) return ExistingTun{};
  return ExistingTun{.is_open = queues.combined_count > 0,
                     .can_have_several_queues = queues.max_combined > 1};
}

std::expected<Descriptor, TunError> open_driver() {
  Descriptor descriptor(::open(kTunPath, O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!descriptor) return path_error(errno);
  return descriptor;
}

std::expected<void, TunError> attach(const Descriptor& descriptor, const std::string& name,
                                     OffloadMode offload, int queue_flags) {
  ifreq request = request_for(name);
  const bool on = offload == OffloadMode::on;
  request.ifr_flags =
      static_cast<short>(IFF_TUN | IFF_NO_PI | (on ? IFF_VNET_HDR : 0) | queue_flags);
  if (::ioctl(descriptor.get(), TUNSETIFF, &request) != 0) return attach_error(errno, name);
  // The work that the kernel may leave to us: checksums, and cutting TCP over IPv4.
  if (::ioctl(descriptor.get(), TUNSETOFFLOAD, on ? TUN_F_CSUM | TUN_F_TSO4 : 0) != 0 && on) {
    return error(Kind::other, "the device " + name + " knows no offload: " + std::strerror(errno) +
                                  "; go without --offload");
  }
  return {};
}

}  // namespace tcpstack::device
