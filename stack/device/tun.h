// A TUN device: the kernel routes IP packets to it, and we read them from a file descriptor. Packets that we write
// there reach the kernel as if from a wire. No Ethernet, no ARP: one IP packet per call.
//
// Linux, Documentation/networking/tuntap.rst; tun(4). tun_config.h configures the kernel's end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "stack/device/batch_io.h"
#include "stack/device/bulk_queue.h"
#include "stack/device/descriptor.h"
#include "stack/device/offload.h"
#include "stack/device/tun_attach.h"
#include "stack/packet.h"

namespace tcpstack::device {

// Where the kernel's TCP processes our bulk: within our write, or in a kernel thread beside us (bulk_queue.h).
enum class BulkMode : std::uint8_t { within_write, beside_us };

// Sent packets that are lost.
struct SendLosses {
  unsigned would_block = 0;  // the kernel had no room at the moment
  unsigned failed = 0;       // e.g. the device is down
};

class Tun {
 public:
  // The most packets that receive() returns; each can be as large as IP allows.
  static constexpr std::size_t kMaxBatch = BatchIo::kMost;
  static constexpr std::size_t kSlotSize = 64 * 1024;
  // Of large packets receive() returns two, or up to this many bytes, which then stay in the processor's cache.
  static constexpr std::size_t kMaxBatchBytes = 256 * 1024;
  static constexpr std::size_t kMaxQueues = 8;

  // Opens the device of this name in the current network namespace, or makes it if there is none; a device that it
  // made disappears with this object. Without packet information (IFF_NO_PI), non-blocking, close-on-exec. With
  // offload packets in both directions can be super-segments, and the device completes TCP's checksum.
  static std::expected<Tun, TunError> open(const std::string& name,
                                           OffloadMode offload = OffloadMode::off,
                                           BulkMode bulk = BulkMode::within_write,
                                           BatchIo::Way way = BatchIo::Way::cheaper);

  // The same with `count` queues (IFF_MULTI_QUEUE), 1 to kMaxQueues, each with packets of its own. A batch has half
  // as many packets, because the other queues wait for it. runtime/devices/tun_queues.h says which packet comes by
  // which queue. Only with one queue can the kernel process bulk beside us.
  static std::expected<std::vector<Tun>, TunError> open_queues(
      const std::string& name, std::size_t count, OffloadMode offload = OffloadMode::off,
      BulkMode bulk = BulkMode::within_write, BatchIo::Way way = BatchIo::Way::cheaper);

  // The packets that have arrived; empty if there is none. The bytes are valid until the next call. Allocates
  // nothing. Errors: the device will not return any packet again.
  std::expected<std::span<const RxPacket>, TunError> receive();

  // Did receive() stop before it found the device empty? Then more packets are probably there.
  [[nodiscard]] bool has_more() const { return has_more_; }

  // Takes a packet for the kernel, which gets it at flush() at the latest; until then its text must stay. Never
  // waits. Without offload requires complete checksums, and packets of at most the MTU.
  void send(const TxPacket& packet);
  // Passes all taken packets to the kernel. Returns the losses since the last call. When the device is closed, the
  // kernel drops the packets that a queue for bulk still has.
  SendLosses flush();

  // Readable when receive() has a packet or an error. Only to be waited for, not to be read or closed.
  [[nodiscard]] int fd() const { return descriptor_.get(); }
  [[nodiscard]] const std::string& name() const { return name_; }
  // Does one system call move many packets (batch_io.h)?
  [[nodiscard]] bool gathers() const { return io_.gathers(); }
  // The queue for bulk, or the reason why there is none, in a few words.
  [[nodiscard]] const std::expected<BulkQueue, std::string>& bulk_queue() const {
    return bulk_queue_;
  }
  // Bytes of one IP packet. Errors: the device is gone, or the process has too many open files.
  [[nodiscard]] std::expected<unsigned, TunError> mtu() const;

 private:
  static constexpr unsigned kAWhile = 8;          // batches of one packet
  static constexpr std::size_t kShortText = 256;  // docs/performance-history.md: "in one piece"

  // Received packets.
  struct Incoming {
    Incoming();
    std::array<RxPacket, kMaxBatch> packets;
    std::array<std::array<std::uint8_t, kOffloadHeaderSize + kSlotSize>, kMaxBatch> slots;
    std::array<iovec, kMaxBatch> vectors;  // of the slots
  };
  // Packets to be sent.
  struct Outgoing {
    std::size_t count = 0;
    std::size_t bytes = 0;
    // Headers and short text.
    using Beginning =
        std::array<std::uint8_t, kOffloadHeaderSize + TxPacket::kMaxHeaders + kShortText>;
    std::array<Beginning, kMaxBatch> beginnings;
    std::array<std::array<iovec, 1 + Spans::static_capacity>, kMaxBatch> vectors;
    std::array<BatchIo::Vectors, kMaxBatch> packets;
  };

  Tun(Descriptor descriptor, BatchIo io, std::string name, OffloadMode offload);
  static std::expected<Tun, TunError> open_queue(const std::string& name, OffloadMode offload,
                                                 int queue_flags, BatchIo::Way way);
  void open_bulk_queue(bool can_have_several, BatchIo::Way way);
  [[nodiscard]] RxPacket received(Bytes read) const;
  void write();

  Descriptor descriptor_;
  std::string name_;
  OffloadMode offload_;
  BatchIo io_;
  std::expected<BulkQueue, std::string> bulk_queue_ =
      std::unexpected("none was asked for, or the device has several queues");
  std::size_t max_batch_ = kMaxBatch;
  std::unique_ptr<Incoming> incoming_;  // 4 MiB of address space; only what is used becomes memory
  std::size_t expected_ = 1;            // packets in the next batch
  std::size_t expected_size_ = 1;       // of the largest of them
  bool has_more_ = false;
  unsigned one_by_one_ = 0;  // batches of one packet, in a row
  std::unique_ptr<Outgoing> outgoing_;
  SendLosses losses_;
};

}  // namespace tcpstack::device
