#include "apps/tcpstack/capture.h"

#include <stdexcept>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace tcpstack::app {
namespace {

// The form in which packets cross the device.
std::string description(const Options& options) {
  if (!options.stack.ip.offload) return "seen by tcpstack";
  return "seen by tcpstack before the device completes TCP checksums and cuts super-segments";
}

device::PcapngWriter open(const Options& options) {
  auto writer = device::PcapngWriter::open(options.capture,
                                           {.application = "tcpstack " TCPSTACK_VERSION,
                                            .interface = options.device,
                                            .description = description(options)},
                                           device::SlowReader::not_waited_for);
  if (!writer) throw std::runtime_error(writer.error().message);
  return *std::move(writer);
}

}  // namespace

Capture::Capture(const Options& options) : writer_(open(options)) {
  writer_.name(options.stack.ip.address, "tcpstack");
  if (options.configure) writer_.name(options.host_address, "kernel");
  flush();
}

void Capture::received(Bytes packet, Time now) {
  const auto comments = comments_.take_received();
  writer_.packet({.time_us = wall_time(now),
                  .direction = trace::Direction::in,
                  .bytes = packet,
                  .comments = comments});
}

void Capture::sent(const TxPacket& packet, Time now) {
  const auto comments = comments_.take_sent();
  writer_.packet({.time_us = wall_time(now),
                  .direction = trace::Direction::out,
                  .bytes = packet.header_bytes(),
                  .text = packet.text,
                  .comments = comments});
}

void Capture::flush() {
  if (writer_.flush() || reported_) return;
  reported_ = true;
  spdlog::error("{}; the capture ends here, the stack goes on", writer_.error()->message);
}

void Capture::finish(Duration patience) {
  flush();
  if (!writer_.finish(patience) && !writer_.error())
    spdlog::warn("nobody reads the capture: its end is missing");
  if (writer_.dropped() > 0) {
    spdlog::warn("{} packets are missing in the capture: its reader was too slow",
                 writer_.dropped());
  }
}

std::int64_t Capture::wall_time(Time now) const {
  const auto start = std::chrono::floor<Duration>(start_.time_since_epoch());
  return (start + now.time_since_epoch()).count();
}

}  // namespace tcpstack::app
