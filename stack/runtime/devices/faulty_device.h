// A device between the runtime and the real one that carries out the decisions of a FaultPlan.
//
// Towards the stack, a fault hits before the stack sees the packet. Outwards, it hits after observers and taps have
// seen it: they show the packets that the stack has sent, not those that arrived.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "stack/device/fault_plan.h"
#include "stack/runtime/detail/lifeline.h"
#include "stack/runtime/devices/packet_device.h"
#include "stack/runtime/time/timekeeper.h"

namespace tcpstack::runtime {

class faulty_device final : public packet_device {
 public:
  using direction = trace::Direction;
  // Called for each action when it is decided. The packet is still unchanged.
  using report = std::function<void(direction, Bytes packet, const tcpstack::device::Deed&)>;

  // `time`, for delays, is this device's own; without one, real time.
  faulty_device(boost::asio::any_io_executor executor, std::unique_ptr<packet_device> inner,
                tcpstack::device::FaultPlan plan, report tell,
                std::unique_ptr<timekeeper> time = nullptr);

  std::span<const RxPacket> receive(error_code& ec) override;
  send_result send(const TxPacket& packet) override;
  void wait_readable() override;
  void cancel() override;

 private:
  struct owned_packet {
    direction way;
    std::vector<std::uint8_t> bytes;
    Offload offload;
  };

  send_result pass(owned_packet packet);
  send_result deliver(const owned_packet& packet);
  void release_held(direction way);
  void alarm_rings();
  void sleep();
  void notify();

  boost::asio::any_io_executor executor_;
  std::unique_ptr<packet_device> inner_;
  tcpstack::device::FaultPlan plan_;
  report report_;
  std::unique_ptr<timekeeper> time_;
  std::multimap<Time, owned_packet> delayed_;
  std::array<std::vector<owned_packet>, 2> held_;  // by direction
  std::deque<owned_packet> arrived_;
  std::vector<owned_packet> given_;  // packets of views_
  std::vector<RxPacket> views_;
  error_code failure_;
  bool waiting_ = false;
  bool inner_waiting_ = false;
  bool notified_ = false;
  lifeline life_;
};

}  // namespace tcpstack::runtime
