// The runtime's border to what carries packets: a TUN device, or a link in memory for tests.
//
// One virtual call per batch inwards. Outwards it is one per packet, and another when there are no more.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <utility>

#include "stack/packet.h"
#include "stack/runtime/error.h"

namespace tcpstack::runtime {

enum class send_result { sent, would_block, failed };

// Packets that a device has taken and could not send after all.
struct send_losses {
  unsigned would_block = 0;
  unsigned failed = 0;
};

class packet_device {
 public:
  // As many packets receive() gives at most.
  static constexpr std::size_t kMaxBatch = 64;

  virtual ~packet_device() = default;

  // What has arrived; empty when nothing has. Valid until the next call of receive(). Sets `ec` when
  // the device is broken and will not give anything again.
  virtual std::span<const RxPacket> receive(error_code& ec) = 0;

  // Did the last batch end before nothing was left? Then there is more, in all likelihood.
  [[nodiscard]] virtual bool has_more() const { return false; }

  // Never waits. What cannot be sent is lost, as on any link; the stack will send it again. What is `sent` may
  // wait for flush(), and its text must stay until then.
  virtual send_result send(const TxPacket& packet) = 0;

  // Sends what send() has taken. What was lost by that.
  virtual send_losses flush() { return {}; }

  // Calls the handler below, once and never from in here, as soon as receive() has something to say.
  virtual void wait_readable() = 0;

  // Nothing is waited for any more.
  virtual void cancel() = 0;

  void on_readable(std::function<void()> handler) { readable_ = std::move(handler); }

 protected:
  void readable() {
    if (readable_) readable_();
  }

 private:
  std::function<void()> readable_;
};

}  // namespace tcpstack::runtime
