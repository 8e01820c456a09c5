// Several queues of one device as one device: a connection does not wait behind packets that another has queued.
//
// Each queue is waited for by itself and gives one batch in its turn. A flow is answered in the queue from which it
// came. So it stays there: the kernel chooses a queue by its own hash, but prefers the queue of the flow's last
// written packet, for three seconds and for 4096 flows. With a choice of our own the first packets after a pause
// would be overtaken by the next ones. Linux, drivers/net/tun.c: tun_automq_select_queue(), tun_flow_update().
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
  // Requires at least one queue.
  explicit tun_queues(std::vector<std::unique_ptr<packet_device>> queues);

  // From the queue that became readable last.
  std::span<const RxPacket> receive(error_code& ec) override;
  // A new flow goes to the queue given by the hash of its addresses and ports.
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
  std::size_t turn_ = 0;                // the queue with the next batch
  bool waiting_ = false;
};

}  // namespace tcpstack::runtime
