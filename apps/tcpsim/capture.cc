// See capture.h.
#include "apps/tcpsim/capture.h"

#include <stdexcept>

#include <fmt/format.h>

namespace tcpstack::simulator {
namespace {

device::PcapngWriter open(const std::string& path) {
  auto writer = device::PcapngWriter::open(path, {.application = "tcpsim " TCPSTACK_VERSION,
                                                  .interface = "sim0",
                                                  .description = "the hosts that open"});
  if (!writer) throw std::runtime_error(writer.error().message);
  return *std::move(writer);
}

std::int64_t microseconds(Time now) { return now.time_since_epoch().count(); }

}  // namespace

Capture::Capture(const std::string& path) : writer_(open(path)) {}

void Capture::watch(sim::World& world) {
  for (std::size_t i = 0; i < world.flow_count(); ++i) {
    writer_.name(sim::address_of(2 * i), fmt::format("opener{}", i + 1));
    writer_.name(sim::address_of(2 * i + 1), fmt::format("listener{}", i + 1));
    Tap& tap = taps_.emplace_back(writer_);
    world.opener(i).watch(tap);
    world.opener(i).observe(&tap.narrator);
  }
}

void Capture::finish() {
  if (!writer_.flush()) throw std::runtime_error(writer_.error()->message);
}

void Capture::Tap::received(Bytes packet, Time now) {
  narrator.received(packet);
  const auto texts = comments.take_received();
  writer.packet({.time_us = microseconds(now),
                 .direction = trace::Direction::in,
                 .bytes = packet,
                 .comments = texts});
}

void Capture::Tap::sent(const TxPacket& packet, Time now) {
  const auto texts = comments.take_sent();
  writer.packet({.time_us = microseconds(now),
                 .direction = trace::Direction::out,
                 .bytes = packet.header_bytes(),
                 .text = packet.text,
                 .comments = texts});
}

}  // namespace tcpstack::simulator
