// The faults of a bad path: it loses, delays, reorders, duplicates and corrupts packets.
//
// It decides about one packet at a time and keeps only the state of its random numbers. So the simulator's links
// use it in virtual time, and a program may use it in real time. The same seed and the same packets give the same
// faults.
#pragma once

#include <cstdint>

#include "stack/base/bytes.h"
#include "stack/base/random.h"
#include "stack/base/time.h"

namespace tcpstack::sim {

// Losses in bursts: a path is good or bad, and changes between the two at random (Gilbert, Elliott). It changes in time and not
// with each packet, or a sender that a burst has silenced would never leave it.
struct GilbertElliott {
  Duration good{0};      // how long the path is good on average
  Duration bad{0};       // how long it is bad on average; zero: never
  double loss_good = 0;  // probability of a loss on a good path
  double loss_bad = 1;
};

// Probabilities are from 0 to 1.
struct ImpairmentOptions {
  double loss = 0;  // independent for each packet
  GilbertElliott bursts;
  double reorder = 0;  // a packet is held back while others pass it
  Duration reorder_delay = std::chrono::milliseconds(5);
  double duplicate = 0;
  double corrupt = 0;  // one bit is inverted
  double mark = 0;     // a packet of an ECN-capable transport is marked as congested (RFC 3168)
  Duration jitter{0};  // largest additional delay of a packet; none overtakes another
};

// The fate of one packet.
struct Fate {
  unsigned copies = 1;     // 0: lost
  bool corrupted = false;  // it arrives, and is not what was sent
  Duration jitter{0};
  Duration held_back{0};  // more than zero: others may overtake it
};

class Impairment {
 public:
  Impairment(const ImpairmentOptions& options, std::uint64_t seed)
      : options_(options), random_(seed) {}

  // Decides about the next packet, which is on its way at `now`, and alters it if it is to be corrupted.
  Fate decide(MutableBytes packet, Time now);

 private:
  bool is_lost(Time now);
  bool is_bad(Time now);
  void corrupt(MutableBytes packet);
  static void mark(MutableBytes packet);

  ImpairmentOptions options_;
  base::Random random_;
  bool bad_ = false;  // was the path bad at looked_at_?
  Time looked_at_{};  // when the last packet came
};

}  // namespace tcpstack::sim
