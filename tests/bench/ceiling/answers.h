// Answers TCP in the way that the kernel's clients of bench_load expect, with the least work: the most that a
// device allows.
//
// It has only a record for each client: no states, no buffers, no timers, no checks. Text is all 'x', so that its
// checksum is arithmetic. Text that has not arrived in order is not acknowledged, and the window is the capacity of
// the device's queue; the client repeats the rest. It is useless as a TCP for any other purpose.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "tests/bench/ceiling/device.h"

namespace tcpstack::bench {

class Answers {
 public:
  Answers(BareTun& device, std::uint32_t address, unsigned mtu);

  void packet_arrives(std::span<const std::uint8_t> packet);
  // After a batch: sends one segment to each client that waits for one.
  void settle();
  // Sends a few more segments of each source. Returns false if none may be sent now.
  bool pump();
  // For a long silence: a source's text in flight may be lost, so it is sent again.
  void rewind();

 private:
  struct Client {
    std::uint32_t address = 0;
    std::uint16_t port = 0;
    std::uint16_t service = 0;
    std::uint32_t rcv_nxt = 0;
    std::uint32_t snd_una = 0;
    std::uint32_t snd_nxt = 0;
    std::uint32_t window = 0;
    unsigned shift = 0;
    std::uint32_t mss = 0;
    std::uint32_t owed_text = 0;
    unsigned duplicates = 0;
    bool owes_ack = false;
    bool owes_fin = false;
    bool fin_sent = false;
    bool is_touched = false;
    bool is_source = false;
  };
  struct Flags {
    bool syn = false;
    bool ack = true;
    bool psh = false;
    bool fin = false;
  };
  struct Arrived;

  void syn_arrives(const Arrived& segment);
  void ack_arrives(Client& client, const Arrived& segment);
  void text_arrives(Client& client, const Arrived& segment);
  void touch(std::uint32_t index);
  void forget(std::uint32_t index);
  void send(Client& client, Flags flags, std::uint32_t text_size);
  [[nodiscard]] std::uint32_t largest(const Client& client) const;

  BareTun& device_;
  std::uint32_t address_;
  std::uint32_t mss_;
  std::uint32_t window_;
  std::vector<std::uint8_t> text_;
  std::vector<Client> clients_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> touched_;
  std::vector<std::uint32_t> sources_;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> index_;
};

}  // namespace tcpstack::bench
