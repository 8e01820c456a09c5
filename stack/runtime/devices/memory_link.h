// A link in memory between two runtimes: tests of sockets without a TUN device and without root.
//
// Packets are carried in order and at once, but by post: never inside send(). A hook sees each packet and may lose
// or alter it.
//
//   auto link = runtime::make_memory_link(io.get_executor(), {.carries = [](const auto& p) { return p.number != 4; }});
//   runtime::runtime client(io.get_executor(), client_config, 1, std::move(link.first));
//   runtime::runtime server(io.get_executor(), server_config, 2, std::move(link.second));
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "stack/runtime/devices/packet_device.h"

namespace tcpstack::runtime {

// One packet on its way.
struct passage {
  std::size_t number;                 // from 1 on, counted over both directions
  bool from_first;                    // false: from the second device
  std::vector<std::uint8_t>& packet;  // may be altered
};

struct link_options {
  std::size_t mtu = 1500;  // sending a larger packet fails
  // Returns false to lose the packet, without notice to its sender. Empty: all packets arrive.
  std::function<bool(const passage&)> carries = {};
};

// The two ends. Either may be destroyed first.
struct memory_link {
  std::unique_ptr<packet_device> first;
  std::unique_ptr<packet_device> second;
};
memory_link make_memory_link(const boost::asio::any_io_executor& executor,
                             link_options options = {});

}  // namespace tcpstack::runtime
