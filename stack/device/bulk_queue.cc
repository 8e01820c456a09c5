#include "stack/device/bulk_queue.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <linux/bpf.h>
#include <linux/ethtool.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "stack/device/interface.h"

namespace tcpstack::device {
namespace {

std::uint64_t address_of(const void* what) { return reinterpret_cast<std::uintptr_t>(what); }

// return 0: the first queue's number.
Descriptor load_steering_program() {
  const std::array program{
      bpf_insn{.code = BPF_ALU64 | BPF_MOV | BPF_K,
               .dst_reg = BPF_REG_0,
               .src_reg = 0,
               .off = 0,
               .imm = 0},
      bpf_insn{.code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0}};
  bpf_attr what{};
  what.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
  what.insns = address_of(program.data());
  what.insn_cnt = program.size();
  what.license = address_of("MIT");
  return Descriptor(static_cast<int>(::syscall(SYS_bpf, BPF_PROG_LOAD, &what, sizeof what)));
}

// Without a program the kernel chooses a queue itself.
bool steer(const Descriptor& device, const Descriptor& program) {
  int number = program.get();
  return ::ioctl(device.get(), TUNSETSTEERINGEBPF, &number) == 0;
}

bool steer_to_first_queue(const Descriptor& device) {
  const Descriptor program = load_steering_program();
  return program && steer(device, program);
}

// `change` is IFF_ATTACH_QUEUE or IFF_DETACH_QUEUE.
bool change_queue(const Descriptor& queue, short change) {
  ifreq request{};
  request.ifr_flags = change;
  return ::ioctl(queue.get(), TUNSETQUEUE, &request) == 0;
}

bool stop_merging(const std::string& name) {
  ethtool_value off{};
  return ask_ethtool(name, ETHTOOL_SGRO, off);
}

// A mount at /sys may belong to another network namespace.
Descriptor own_sysfs() {
  const Descriptor context(::fsopen("sysfs", FSOPEN_CLOEXEC));
  if (!context || ::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
    return {};
  return Descriptor(::fsmount(context.get(), FSMOUNT_CLOEXEC, 0));
}

bool make_threaded(const std::string& name) {
  const Descriptor sysfs = own_sysfs();
  if (!sysfs) return false;
  const std::string file = "class/net/" + name + "/threaded";
  const Descriptor setting(::openat(sysfs.get(), file.c_str(), O_WRONLY | O_CLOEXEC));
  return setting && ::write(setting.get(), "1", 1) == 1;
}

std::unexpected<std::string> obstacle(const std::string& what) {
  return std::unexpected(what + ": " + std::strerror(errno));
}

}  // namespace

bool BulkMeter::add(std::size_t bytes) {
  average_ += (static_cast<double>(bytes) - average_) / kBatches;
  is_bulk_ = average_ > (is_bulk_ ? kEnds : kBegins);
  return is_bulk_;
}

BulkQueue::BulkQueue(Descriptor descriptor, BatchIo::Way way)
    : descriptor_(std::move(descriptor)), io_(descriptor_.get(), way) {}

std::expected<BulkQueue, std::string> BulkQueue::open(const std::string& name,
                                                      const Descriptor& first, OffloadMode offload,
                                                      BatchIo::Way way) {
  if (std::thread::hardware_concurrency() < 2) return std::unexpected("there is one processor");
  if (!steer_to_first_queue(first)) return obstacle("no BPF program for the device");
  if (offload == OffloadMode::off && !stop_merging(name)) {
    return obstacle("GRO cannot be switched off");
  }
  auto second = open_driver();
  if (!second) return std::unexpected(second.error().message);
  const auto attached = attach(*second, name, offload, IFF_MULTI_QUEUE | IFF_NAPI);
  if (!attached) return std::unexpected(attached.error().message);
  if (!make_threaded(name)) return obstacle("the device cannot be threaded");
  if (!change_queue(*second, IFF_DETACH_QUEUE)) return obstacle("a queue cannot be detached");
  return BulkQueue(*std::move(second), way);
}

bool BulkQueue::takes(std::size_t bytes) {
  if (!meter_.add(bytes)) return false;
  if (!is_attached_) is_attached_ = change_queue(descriptor_, IFF_ATTACH_QUEUE);
  return is_attached_;
}

void BulkQueue::forget(const Descriptor& first) { steer(first, Descriptor()); }

}  // namespace tcpstack::device
