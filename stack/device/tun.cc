// Opening, reading and writing a TUN device; half of it is saying well why it cannot be opened.
#include "stack/device/tun.h"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <linux/ethtool.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <optional>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <utility>

#include <fcntl.h>

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

// Why /dev/net/tun could not be opened.
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

TunError busy(const std::string& name) {
  return {Kind::busy, "the device " + name +
                          " is busy: another program has it open; stop that one or take another "
                          "name"};
}

// Why the device could not be made or attached to.
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

// What the kernel's dev_valid_name() demands, and no '%', which would make it a pattern.
bool is_valid_name(std::string_view name) {
  const auto is_bad = [](char c) {
    return c == '/' || c == ':' || c == '%' || c <= ' ' || c > '~';
  };
  return !name.empty() && name.size() < IFNAMSIZ && name != "." && name != ".." &&
         std::ranges::none_of(name, is_bad);
}

// The name as it can be shown in one line.
std::string shown(std::string name) {
  std::ranges::replace_if(name, [](char c) { return c < ' ' || c > '~'; }, '?');
  return name;
}

ifreq request_for(const std::string& name) {
  ifreq request{};
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  return request;
}

// Asks the kernel about a network interface. False: there is none, or nothing is known.
bool ask(unsigned long what, ifreq& request) {
  const Descriptor any_socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  return any_socket && ::ioctl(any_socket.get(), what, &request) == 0;
}

template <typename Answer>
bool ask_ethtool(const std::string& name, std::uint32_t what, Answer& answer) {
  ifreq request = request_for(name);
  answer.cmd = what;
  request.ifr_data = reinterpret_cast<char*>(&answer);
  return ask(SIOCETHTOOL, request);
}

bool is_tun(const std::string& name) {
  ethtool_drvinfo driver{};
  return ask_ethtool(name, ETHTOOL_GDRVINFO, driver) && std::strcmp(driver.driver, "tun") == 0;
}

// Why a device that exists cannot be had with one queue or with `several`. The kernel alone would not do: it lets another
// program take its share of a device's packets with a queue of its own, and calls everything else EINVAL. Before Linux 5.14
// nobody tells.
std::optional<TunError> conflict_about(const std::string& name, bool several) {
  ethtool_channels queues{};
  if (!is_tun(name) || !ask_ethtool(name, ETHTOOL_GCHANNELS, queues)) return {};
  if (queues.combined_count > 0) return busy(name);
  if ((queues.max_combined > 1) == several) return {};
  const std::string number = several ? "one queue" : "several queues";
  const std::string mode = several ? "tun multi_queue" : "tun";
  const std::string otherwise = several ? "without --queues" : "with --queues 2 or more";
  return TunError{Kind::other_queues, "the device " + name + " was made for " + number +
                                          ": `sudo ip link delete " + name +
                                          "`, then `sudo ip tuntap add dev " + name + " mode " +
                                          mode + "`, or go " + otherwise};
}

iovec vector_of(Bytes bytes) {
  // writev() takes a pointer to non-const and does not write through it.
  return {const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
}

}  // namespace

std::expected<Tun, TunError> Tun::open(const std::string& name, OffloadMode offload) {
  auto queues = open_queues(name, 1, offload);
  if (!queues) return std::unexpected(std::move(queues).error());
  return std::move(queues->front());
}

std::expected<std::vector<Tun>, TunError> Tun::open_queues(const std::string& name,
                                                           std::size_t count, OffloadMode offload) {
  assert(count >= 1 && count <= kMaxQueues);
  if (!is_valid_name(name)) {
    return error(Kind::bad_name,
                 "'" + shown(name) + "' cannot be the name of a device: 1 to " +
                     std::to_string(IFNAMSIZ - 1) +
                     " letters, digits or signs, none of them a space, '/', ':' or '%'");
  }
  if (auto conflict = conflict_about(name, count > 1)) return std::unexpected(*conflict);
  const QueueMode mode = count > 1 ? QueueMode::among_others : QueueMode::alone;
  std::vector<Tun> queues;
  while (queues.size() < count) {
    auto queue = attach(name, offload, mode);
    if (!queue) return std::unexpected(std::move(queue).error());
    queues.push_back(*std::move(queue));
  }
  return queues;
}

std::expected<Tun, TunError> Tun::attach(const std::string& name, OffloadMode offload,
                                         QueueMode mode) {
  Descriptor descriptor(::open(kTunPath, O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!descriptor) return path_error(errno);
  BatchIo io(descriptor.get());  // before a packet can arrive
  ifreq request = request_for(name);
  const bool on = offload == OffloadMode::on;
  request.ifr_flags = static_cast<short>(IFF_TUN | IFF_NO_PI | (on ? IFF_VNET_HDR : 0) |
                                         (mode == QueueMode::alone ? 0 : IFF_MULTI_QUEUE));
  if (::ioctl(descriptor.get(), TUNSETIFF, &request) != 0) return attach_error(errno, name);
  // What the kernel may leave to us: checksums, and to cut TCP over IPv4.
  if (::ioctl(descriptor.get(), TUNSETOFFLOAD, on ? TUN_F_CSUM | TUN_F_TSO4 : 0) != 0 && on) {
    return error(Kind::other, "the device " + name + " knows no offload: " + std::strerror(errno) +
                                  "; go without --offload");
  }
  return Tun(std::move(descriptor), std::move(io), name, offload, mode);
}

Tun::Incoming::Incoming() {
  for (std::size_t i = 0; i < kMaxBatch; ++i) vectors[i] = {slots[i].data(), slots[i].size()};
}

Tun::Tun(Descriptor descriptor, BatchIo io, std::string name, OffloadMode offload, QueueMode mode)
    : descriptor_(std::move(descriptor)),
      name_(std::move(name)),
      offload_(offload),
      io_(std::move(io)),
      max_batch_(mode == QueueMode::alone ? kMaxBatch : kMaxBatch / 2),
      incoming_(new Incoming),
      outgoing_(new Outgoing) {}

// Asks for one packet more than came last time, to find the device empty, and for as many again until it is or a batch
// is full. Where
// packets have come one by one for a while, it looks for a second one only now and then: to be woken once more for one
// costs more, but seldom happens.
std::expected<std::span<const RxPacket>, TunError> Tun::receive() {
  const bool takes_one = one_by_one_ > kAWhile && one_by_one_ % kAWhile != 0;
  const std::size_t fit = std::max<std::size_t>(kMaxBatchBytes / expected_size_, 2);
  const std::size_t most = takes_one ? 1 : std::min(fit, max_batch_);
  std::size_t tried = 0;
  std::size_t count = 0;
  std::size_t largest = 1;
  int code = 0;
  while (tried < most && code == 0) {
    const std::size_t asked = std::min(std::max(expected_ + 1, tried), most - tried);
    for (const ssize_t size : io_.read(std::span(incoming_->vectors).subspan(tried, asked))) {
      const Bytes slot(incoming_->slots[tried++]);
      if (size >= 0) {
        incoming_->packets[count++] = received(slot.first(static_cast<std::size_t>(size)));
        largest = std::max(largest, static_cast<std::size_t>(size));
      } else {
        code = static_cast<int>(-size);
      }
    }
  }
  if (count > 0) {
    expected_ = count;
    expected_size_ = largest;
  }
  has_more_ = !takes_one && code == 0;
  one_by_one_ = count == 1 ? one_by_one_ + 1 : 0;
  // An error will be met again when what came before it has been taken.
  if (count == 0 && code != EAGAIN) {
    return error(Kind::gone, "the device " + name_ + " is gone: " + std::strerror(code));
  }
  return std::span<const RxPacket>(incoming_->packets).first(count);
}

RxPacket Tun::received(Bytes read) const {
  if (offload_ == OffloadMode::on) return behind_offload_header(read);
  return {.bytes = read, .offload = {}};
}

void Tun::send(const TxPacket& packet) {
  const std::size_t place = outgoing_->count++;
  auto& headers = outgoing_->headers[place];
  auto& vectors = outgoing_->vectors[place];
  std::uint8_t* end = headers.data();
  const auto copy = [&end](Bytes bytes) { end = std::ranges::copy(bytes, end).out; };
  if (offload_ == OffloadMode::on) copy(offload_header(packet));
  copy(packet.header_bytes());
  vectors[0] = {headers.data(), static_cast<std::size_t>(end - headers.data())};
  std::size_t count = 1;
  for (const Bytes span : packet.text) vectors[count++] = vector_of(span);
  outgoing_->packets[place] = BatchIo::Vectors(vectors).first(count);
  if (outgoing_->count == kMaxBatch) write();
}

SendLosses Tun::flush() {
  write();
  return std::exchange(losses_, {});
}

void Tun::write() {
  const std::size_t count = std::exchange(outgoing_->count, 0);
  for (const ssize_t result : io_.write(std::span(outgoing_->packets).first(count))) {
    if (result >= 0) continue;
    ++(result == -EAGAIN || result == -ENOBUFS ? losses_.would_block : losses_.failed);
  }
}

unsigned Tun::mtu() const {
  ifreq request = request_for(name_);
  return ask(SIOCGIFMTU, request) ? static_cast<unsigned>(request.ifr_mtu) : 0;
}

}  // namespace tcpstack::device
