// Several queues of one device as one device: a connection does not wait behind what another has filled its queue with.
//
// Each queue is waited for by itself and gives one batch in its turn. A flow is answered in the queue in which it was heard.
// That keeps it there: the kernel chooses a queue by a hash of its own, but prefers the one that the flow's last packet was
// written to, for three seconds and for 4096 flows. Were our choice another one, then the first packets after a pause
// would be overtaken by the next. Linux, drivers/net/tun.c: tun_automq_select_queue(), tun_flow_update().
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "stack/runtime/devices/packet_device.h"

namespace tcpstack::runtime {

class tun_queues final : public packet_device {
 public:
  // At least one.
  explicit tun_queues(std::vector<std::unique_ptr<packet_device>> queues);

  // From the queue that became readable last.
  std::span<const RxPacket> receive(error_code& ec) override;
  // A flow that was not heard yet goes where the hash of its addresses and ports says.
  send_result send(const TxPacket& packet) override;
  send_losses flush() override;
  void wait_readable() override;
  void cancel() override;

 private:
  struct queue {
    std::unique_ptr<packet_device> device;
    bool is_waited_for = false;
  };

  void queue_readable(std::size_t number);
  [[nodiscard]] std::size_t queue_of(const TxPacket& packet) const;

  std::vector<queue> queues_;
  std::vector<std::uint8_t> heard_in_;  // by flow: 1 for the first queue, 0 for none
  std::size_t turn_ = 0;                // whose batch is next
  bool waiting_ = false;
};

}  // namespace tcpstack::runtime
