// Text in bulk leaves by a queue of its own, from which the kernel takes it in a thread of its own.
//
// A write to a TUN device is all that the kernel does with a packet: IP, TCP, and to wake the reader. That is several
// times what the stack does for it, and the stack stands still meanwhile. A queue with IFF_NAPI only puts the packet
// into a list, and if the device is "threaded" a kernel thread empties that, on another processor. To wake the thread
// costs more than it saves where packets are few or small, so that only bulk goes this way.
//
// The queue is attached when bulk begins for the first time. With two, the kernel has to choose one for each packet to us,
// which costs 1 % of a request.
//
// Nothing comes by this queue: a BPF program of two instructions tells the kernel to use the first one. And Wireshark shows
// the segments that were sent: the kernel is told not to merge what it takes (GRO), unless super-segments are wanted. A
// device that was made in advance keeps both settings, of which only the program is in anybody's way: see forget().
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

// Decides, batch by batch, what bulk is. An average decides, so that one large answer among many small ones is none, and
// the way is not changed with every batch.
class BulkMeter {
 public:
  // Bytes of an average batch with which bulk begins and ends.
  static constexpr double kBegins = 16.0 * 1024;
  static constexpr double kEnds = 4.0 * 1024;
  // Each batch counts for one in so many.
  static constexpr double kBatches = 16;

  // Is the next batch, of so many bytes, part of bulk?
  bool add(std::size_t bytes);

 private:
  double average_ = 0;
  bool is_bulk_ = false;
};

class BulkQueue {
 public:
  // For the device `name` with several queues, of which `first` is the only one that is attached. An error says what
  // stood in the way, in a few words; the first queue then goes on alone.
  static std::expected<BulkQueue, std::string> open(const std::string& name,
                                                    const Descriptor& first, OffloadMode offload);

  // Takes the program away again that another run has left, so that packets come by all queues.
  static void forget(const Descriptor& first);

  // Is the next batch, of so many bytes, to leave by this queue? It is attached if so. When bulk ends, the thread may have
  // packets left that what leaves by the first queue then overtakes; TCP's peers put that right.
  bool takes(std::size_t bytes);
  BatchIo& io() { return io_; }

 private:
  explicit BulkQueue(Descriptor descriptor);

  Descriptor descriptor_;
  BatchIo io_;
  BulkMeter meter_;
  bool is_attached_ = false;
};

}  // namespace tcpstack::device
