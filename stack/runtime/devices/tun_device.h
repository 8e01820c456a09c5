// A TUN device for the runtime: Asio waits for it, and a batch is drained at a time.
//
// device/tun.h is the device itself; device/tun_config.h configures the kernel's end.
//
//   auto tun = device::Tun::open("tun0").value();
//   auto device = std::make_unique<runtime::tun_device>(io.get_executor(), std::move(tun));
#pragma once

#include <chrono>
#include <cstddef>
#include <span>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "stack/device/tun.h"
#include "stack/runtime/detail/lifeline.h"
#include "stack/runtime/devices/packet_device.h"

namespace tcpstack::runtime {

class tun_device final : public packet_device {
 public:
  // After the last packet the device is polled for this time before a wait: that saves a wake-up by the kernel and
  // costs a processor.
  tun_device(const boost::asio::any_io_executor& executor, tcpstack::device::Tun tun,
             std::chrono::microseconds busy_poll = {});
  ~tun_device() override;

  // Errors: no_such_device, if somebody has deleted it.
  std::span<const RxPacket> receive(error_code& ec) override;
  bool has_more() const override { return tun_.has_more(); }
  send_result send(const TxPacket& packet) override;
  send_losses flush() override;
  void wait_readable() override;
  void cancel() override;

  [[nodiscard]] const tcpstack::device::Tun& tun() const { return tun_; }

 private:
  tcpstack::device::Tun tun_;
  boost::asio::posix::stream_descriptor descriptor_;  // tun_'s, lent for waiting
  std::chrono::microseconds busy_poll_;
  std::chrono::steady_clock::time_point last_arrival_;
  bool cancelled_ = false;
  lifeline life_;
};

}  // namespace tcpstack::runtime
