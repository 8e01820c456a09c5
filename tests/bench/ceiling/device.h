// The TUN device of the ceiling: one read or write for each packet, and nothing else.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "stack/device/descriptor.h"

namespace tcpstack::bench {

// virtio-v1.2 section 5.1.6, in the byte order of the machine.
struct OffloadHeader {
  std::uint8_t flags = 0;
  std::uint8_t gso_type = 0;
  std::uint16_t header_size = 0;
  std::uint16_t segment_size = 0;
  std::uint16_t checksum_start = 0;
  std::uint16_t checksum_offset = 0;
};
static_assert(sizeof(OffloadHeader) == 10);

class BareTun {
 public:
  // With `offload` each packet has an OffloadHeader, and can be a super-segment with a partial checksum.
  BareTun(const std::string& name, bool offload);

  // The next packet, valid until the next call; empty if there is none. Throws if the device is gone.
  std::span<const std::uint8_t> receive();
  // Returns false if the kernel did not take it.
  bool send(const OffloadHeader& offload, std::span<const std::uint8_t> headers,
            std::span<const std::uint8_t> text);
  // Returns false at the time limit.
  [[nodiscard]] bool wait(int milliseconds) const;
  [[nodiscard]] bool has_offload() const { return offload_; }

 private:
  device::Descriptor descriptor_;
  bool offload_;
  std::vector<std::uint8_t> slot_ = std::vector<std::uint8_t>(sizeof(OffloadHeader) + 65536);
};

}  // namespace tcpstack::bench
