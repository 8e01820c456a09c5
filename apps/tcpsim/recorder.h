// Records a flow over time, for the picture, the CSV file and the table: the windows of the host that opens, and
// the bytes that the user of the other end has read.
#pragma once

#include <cstdint>
#include <vector>

#include "stack/sim/world.h"

namespace tcpstack::simulator {

// The opener after an event. Windows in segments (of SMSS bytes).
struct Sample {
  Time at;
  double cwnd = 0;
  double ssthresh = 0;  // infinite: not yet known
  double in_flight = 0;
  double srtt_ms = 0;  // 0: not yet measured
  friend bool operator==(const Sample&, const Sample&) = default;
};

struct Delivery {
  Time at;
  std::uint64_t bytes = 0;  // total that the listener's user has read
};

struct Record {
  std::vector<Sample> samples;  // one for each change
  std::vector<Delivery> deliveries;
  std::vector<Time> retransmissions;
  std::vector<Time> timeouts;
};

class Recorder {
 public:
  // Watches flow `flow`. Requires: its world does not run after the recorder's end.
  Recorder(sim::World& world, std::size_t flow);

  [[nodiscard]] const Record& record() const { return record_; }

 private:
  struct Sender : sim::Watcher {
    explicit Sender(Record& of) : record(of) {}
    void settled(const sim::Host& host, Time now) override;
    Record& record;
    std::uint64_t retransmissions = 0;
    std::uint64_t timeouts = 0;
  };
  struct Receiver : sim::Watcher {
    explicit Receiver(Record& of) : record(of) {}
    void settled(const sim::Host& host, Time now) override;
    Record& record;
  };

  Record record_;
  Sender sender_{record_};
  Receiver receiver_{record_};
};

// The average over time, and the largest.
double mean_cwnd(const Record& record);
double largest_cwnd(const Record& record);

}  // namespace tcpstack::simulator
