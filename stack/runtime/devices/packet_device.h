// The runtime's border to a carrier of packets: a TUN device, or a link in memory for tests.
//
// One virtual call per batch inwards. Outwards one per packet, and one at the end.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <utility>

#include "stack/packet.h"
#include "stack/runtime/error.h"

namespace tcpstack::runtime {

enum class send_result { sent, would_block, failed };

// Packets that a device has taken and then could not send.
struct send_losses {
  unsigned would_block = 0;
  unsigned failed = 0;
};

class packet_device {
 public:
  // The most packets that receive() returns.
  static constexpr std::size_t kMaxBatch = 64;

  virtual ~packet_device() = default;

  // The packets that have arrived; empty if there is none. Valid until the next call of receive(). Sets `ec` if the
  // device is broken and will not return any packet again.
  virtual std::span<const RxPacket> receive(error_code& ec) = 0;

  // Did the last batch end with packets left? Then more are probably there.
  [[nodiscard]] virtual bool has_more() const { return false; }

  // Never waits. A packet that cannot be sent is lost, as on any link; the stack will send it again. A packet that
  // is `sent` may wait for flush(), and its text must stay until then.
  virtual send_result send(const TxPacket& packet) = 0;

  // Sends the packets that send() has taken. Returns the losses.
  virtual send_losses flush() { return {}; }

  // Calls the handler below, once and never from inside this call, as soon as receive() has a packet or an error.
  virtual void wait_readable() = 0;

  // Stops waiting.
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
