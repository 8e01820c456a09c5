// bench_ceiling: the most that a TUN device allows. It answers the traffic of bench_load with the least possible
// work, so that the stack's figures can be read as a share of it. scripts/bench starts it; by hand:
//
//   bench_ceiling DEVICE [--mtu BYTES] [--offload]
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <getopt.h>

#include "stack/device/tun_config.h"
#include "tests/bench/ceiling/answers.h"

namespace tcpstack::bench {
namespace {

constexpr int kBatch = 64;
constexpr int kSilence = 200;  // ms, after which a source begins again

struct Arguments {
  std::string device;
  unsigned mtu = 1500;
  bool offload = false;
};

Arguments parse(int count, char** words) {
  Arguments result;
  constexpr std::array<option, 3> kOptions{
      {{"mtu", required_argument, nullptr, 'm'}, {"offload", no_argument, nullptr, 'o'}, {}}};
  int found = 0;
  while ((found = ::getopt_long(count, words, "", kOptions.data(), nullptr)) != -1) {
    if (found == 'm') result.mtu = static_cast<unsigned>(std::stoul(optarg));
    if (found == 'o') result.offload = true;
    if (found == '?') throw std::invalid_argument("bench_ceiling DEVICE [--mtu BYTES] [--offload]");
  }
  if (optind < count) result.device = words[optind];
  return result;
}

// Serves until it is killed, or its device is gone.
void serve(const Arguments& arguments) {
  BareTun device(arguments.device, arguments.offload);
  const device::TunSettings settings{.host_address = Address(0x0a000001),
                                     .our_address = Address(0x0a000002),
                                     .mtu = arguments.mtu};
  const auto configured = device::TunConfiguration::apply(arguments.device, settings);
  if (!configured) throw std::runtime_error(configured.error().message);
  std::puts("ready");
  std::fflush(stdout);

  Answers answers(device, settings.our_address.v4(), arguments.mtu);
  for (;;) {
    int arrived = 0;
    for (; arrived < kBatch; ++arrived) {
      const auto packet = device.receive();
      if (packet.empty()) break;
      answers.packet_arrives(packet);
    }
    answers.settle();
    const bool busy = answers.pump() || arrived == kBatch;
    if (!busy && !device.wait(kSilence)) answers.rewind();
  }
}

}  // namespace
}  // namespace tcpstack::bench

int main(int count, char** words) {
  try {
    tcpstack::bench::serve(tcpstack::bench::parse(count, words));
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_ceiling: {}\n", error.what());
    return 1;
  }
}
