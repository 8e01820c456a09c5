#include "apps/common/link.h"

#include <cstdio>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "stack/device/random_seed.h"
#include "stack/device/tun.h"
#include "stack/runtime/devices/tun_device.h"
#include "stack/runtime/devices/tun_queues.h"

namespace tcpstack::app {
namespace {

// The value, or a std::runtime_error for the two kinds of error that a device has.
template <typename T, typename Error>
T value_of(std::expected<T, Error> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

// Sets the device up. Returns nothing if it is not ours to configure.
std::optional<device::TunConfiguration> configure(const StackOptions& options) {
  if (!options.configure) return {};
  return value_of(
      device::TunConfiguration::apply(options.device, {.host_address = options.host_address,
                                                       .prefix = options.prefix,
                                                       .our_address = options.stack.ip.address,
                                                       .mtu = options.stack.ip.mtu}));
}

// Without --mtu the device's own MTU counts.
void adopt_mtu(StackOptions& options, const device::Tun& tun) {
  const unsigned mtu = value_of(tun.mtu());
  if (mtu == options.stack.ip.mtu) return;
  if (options.mtu_given || mtu < device::kMinMtu || mtu > device::kMaxMtu) {
    throw std::runtime_error(fmt::format(
        "{} has an MTU of {} and not of {}: change it (ip link set {} mtu {}), or use --mtu {}",
        options.device, mtu, options.stack.ip.mtu, options.device, options.stack.ip.mtu, mtu));
  }
  options.stack.ip.mtu = static_cast<std::uint16_t>(mtu);
}

std::unique_ptr<runtime::packet_device> device_of(const boost::asio::any_io_executor& executor,
                                                  std::vector<device::Tun> queues,
                                                  Duration busy_poll) {
  std::vector<std::unique_ptr<runtime::packet_device>> devices;
  for (device::Tun& queue : queues) {
    devices.push_back(std::make_unique<runtime::tun_device>(executor, std::move(queue), busy_poll));
  }
  if (devices.size() == 1) return std::move(devices.front());
  return std::make_unique<runtime::tun_queues>(std::move(devices));
}

// Reports the facts that decide the device's speed.
void tell_ways(const device::Tun& tun) {
  spdlog::debug("{}: {}", tun.name(),
                tun.gathers()
                    ? "one system call for many packets (io_uring)"
                    : "one system call for each packet: io_uring is missing, slower or not wanted");
  if (tun.bulk_queue()) {
    spdlog::debug("{}: a kernel thread takes bulk", tun.name());
  } else {
    spdlog::debug("{}: the kernel takes bulk within our write ({})", tun.name(),
                  tun.bulk_queue().error());
  }
}

}  // namespace

Link open_link(const boost::asio::any_io_executor& executor, StackOptions& options,
               const base::Seed& seed, runtime::faulty_device::report report) {
  const auto offload =
      options.stack.ip.offload ? device::OffloadMode::on : device::OffloadMode::off;
  const auto bulk =
      options.bulk_thread ? device::BulkMode::beside_us : device::BulkMode::within_write;
  const auto way =
      options.io_uring ? device::BatchIo::Way::cheaper : device::BatchIo::Way::one_by_one;
  auto queues =
      value_of(device::Tun::open_queues(options.device, options.queues, offload, bulk, way));
  Link link{.configuration = configure(options), .device = nullptr};
  adopt_mtu(options, queues.front());
  tell_ways(queues.front());
  link.device = device_of(executor, std::move(queues), options.busy_poll);
  if (!options.faults.empty()) {
    link.device = std::make_unique<runtime::faulty_device>(
        executor, std::move(link.device), device::FaultPlan(options.faults, seed.number("faults")),
        std::move(report));
  }
  return link;
}

base::Seed seed_of(const StackOptions& options) {
  return options.seed ? base::Seed(*options.seed) : device::random_seed();
}

int give(const Answer& answer) {
  std::FILE* const file = answer.exit_code == 0 ? stdout : stderr;
  std::fputs(answer.text.c_str(), file);
  return answer.exit_code;
}

}  // namespace tcpstack::app
