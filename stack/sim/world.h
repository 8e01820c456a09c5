// The simulated world: virtual time, and flows that share one bottleneck.
//
//   opener 1 --\                                  /-- listener 1
//   opener 2 ---- forward link --> | <-- backward link ---- listener 2 ...
//
// Each host is a Stack of its own. Time jumps to the next event, so an hour of waiting costs nothing. The same
// options give the same packets at the same times; the digest proves it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "stack/base/range_set.h"
#include "stack/config.h"
#include "stack/sim/host.h"
#include "stack/sim/link.h"
#include "stack/tcp/seq.h"

namespace tcpstack::sim {

struct FlowOptions {
  Config config;      // of both ends; the world chooses the addresses
  Duration delay{0};  // each way, in addition to that of the links
  UserOptions opener;
  UserOptions listener;
};

struct WorldOptions {
  LinkOptions forward;             // from openers to listeners
  LinkOptions backward;            // from listeners to openers
  std::vector<FlowOptions> flows;  // at most 250
  std::uint64_t seed = 1;
  Duration limit = std::chrono::hours(24);  // a longer run has failed
};

enum class Outcome : std::uint8_t {
  finished,  // all connections are CLOSED and forgotten, no packet is on its way
  stalled,   // no event is left, but a host still waits
  overran,   // the run has reached the limit
};

// 10.F.0.1 opens flow F, 10.F.0.2 listens; `host` is 0 for the first opener, 1 for its listener, and so on.
Address address_of(std::size_t host);

class World {
 public:
  explicit World(const WorldOptions& options);

  Outcome run();

  [[nodiscard]] Time now() const { return now_; }
  // A hash (FNV-1a) of the times and the bytes of all packets sent so far.
  [[nodiscard]] std::uint64_t digest() const { return digest_; }
  // The segments that the opener of a flow has sent though all their text was already on its way or had arrived.
  [[nodiscard]] std::uint64_t needless(std::size_t flow) const { return texts_[2 * flow].needless; }
  [[nodiscard]] std::size_t flow_count() const { return hosts_.size() / 2; }
  [[nodiscard]] const Host& opener(std::size_t flow) const { return *hosts_[2 * flow]; }
  [[nodiscard]] Host& opener(std::size_t flow) { return *hosts_[2 * flow]; }
  [[nodiscard]] Host& listener(std::size_t flow) { return *hosts_[2 * flow + 1]; }
  [[nodiscard]] const Host& listener(std::size_t flow) const { return *hosts_[2 * flow + 1]; }
  [[nodiscard]] const Link& forward() const { return forward_; }
  [[nodiscard]] const Link& backward() const { return backward_; }

 private:
  void add_host(Config config, const UserOptions& user, std::uint64_t seed);
  // The text that a host has sent and the path has not lost.
  struct Texts {
    base::RangeSet<tcp::Seq> arriving;
    std::uint64_t needless = 0;  // segments all of whose text was among it before
  };

  void send(std::size_t from, const TxPacket& packet);
  void deliver(Link& link);
  [[nodiscard]] std::optional<Time> next() const;
  [[nodiscard]] bool finished() const;

  WorldOptions options_;
  Link forward_;
  Link backward_;
  std::vector<std::unique_ptr<Host>> hosts_;  // opener, listener, opener, ...
  std::vector<Texts> texts_;                  // of each host
  Time now_{};
  std::uint64_t digest_ = 0xcbf29ce484222325;
};

}  // namespace tcpstack::sim
