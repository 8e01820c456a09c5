// Bulk text leaves by a queue of its own, and a kernel thread takes it from there.
//
// The kernel does all of its work on a packet within our write to a TUN device: IP, TCP, waking the reader. That is
// several times the stack's own work, and the stack waits for it. A queue with IFF_NAPI only puts the packet into a
// list. If the device is "threaded", a kernel thread empties that list on another processor. Waking the thread
// costs more than it saves if packets are few or small, so only bulk goes this way.
//
// The queue is attached when bulk begins for the first time. With two queues the kernel has to choose one for each
// packet to us, which costs 1 % of a request.
//
// No packet arrives by this queue: a BPF program of two instructions tells the kernel to use the first one.
// Wireshark shows the sent segments: the kernel is told not to merge them (GRO), unless super-segments are wanted.
// A device that was made in advance keeps both settings. Only the program can disturb a later user of the device:
// see forget().
//
// Linux, Documentation/networking/napi.rst (Threaded NAPI); drivers/net/tun.c.
#pragma once

#include <cstddef>
#include <expected>
#include <string>

#include "stack/device/batch_io.h"
#include "stack/device/descriptor.h"
#include "stack/device/tun_attach.h"

namespace tcpstack::device {

// Decides, batch by batch, whether text leaves in bulk. An average decides: one large answer among many small ones
// is not bulk, and the way does not change with every batch.
class BulkMeter {
 public:
  // Bytes of an average batch with which bulk begins and ends.
  static constexpr double kBegins = 16.0 * 1024;
  static constexpr double kEnds = 4.0 * 1024;
  // Each batch counts for one part in this many.
  static constexpr double kBatches = 16;

  // Is the next batch, of `bytes` bytes, part of bulk?
  bool add(std::size_t bytes);

 private:
  double average_ = 0;
  bool is_bulk_ = false;
};

class BulkQueue {
 public:
  // For the device `name` with several queues, of which only `first` is attached. Errors: the reason in a few
  // words; the first queue then works alone.
  static std::expected<BulkQueue, std::string> open(const std::string& name,
                                                    const Descriptor& first, OffloadMode offload,
                                                    BatchIo::Way way);

  // Removes the program that another run has left, so that packets come by all queues.
  static void forget(const Descriptor& first);

  // Does the next batch, of `bytes` bytes, leave by this queue? Attaches it if so. When bulk ends, later text by
  // the first queue can overtake packets that the thread still has; TCP's peers put that right.
  bool takes(std::size_t bytes);
  BatchIo& io() { return io_; }

 private:
  BulkQueue(Descriptor descriptor, BatchIo::Way way);

  Descriptor descriptor_;
  BatchIo io_;
  BulkMeter meter_;
  bool is_attached_ = false;
};

}  // namespace tcpstack::device
