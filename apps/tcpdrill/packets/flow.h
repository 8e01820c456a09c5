// A connection as a script numbers it, and the way from its numbers to live ones and back.
//
// A script knows neither our initial sequence number nor our clock. On a SYN, the peer's number is meant
// literally, and ours is learnt when it goes out; from then on n means ISN + n in both directions, in SACK
// blocks too. The first timestamp that an expectation names fixes where our clock stands.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "apps/tcpdrill/language/script.h"
#include "stack/wire/address.h"

namespace tcpstack::drill {

struct Flow {
  Endpoint ours;
  Endpoint peer;
  bool over = false;  // CLOSED or TIME_WAIT: another SYN is for another connection

  std::optional<std::uint32_t> our_isn;
  std::optional<std::uint32_t> peer_isn;
  std::uint32_t isn_shift =
      0;  // live = script + isn_shift, where the script is literal (--peer-isn)
  std::uint32_t offered_isn =
      0;  // of the peer's last SYN; it counts when we answer it with a new ISN

  // Our timestamps: live = script + clock_offset; those that were matched map back exactly.
  std::optional<std::uint32_t> clock_offset;
  std::map<std::uint32_t, std::uint32_t> live_timestamps;
  // Our window scale, as it is and as the script has it (different with --wscale=any).
  std::optional<std::uint8_t> our_scale;
  std::optional<std::uint8_t> script_scale;

  [[nodiscard]] std::uint32_t our_base() const { return our_isn.value_or(0); }
  [[nodiscard]] std::uint32_t peer_base() const { return peer_isn.value_or(0); }
};

// Inbound: a segment of the script with live numbers, ports included. Learns the peer's ISN.
TcpSpec to_live(const TcpSpec& script, Flow& flow);

// Outbound: a live segment with the script's numbers. Learns our ISN and our window scale.
TcpSpec to_script(const TcpSpec& live, Flow& flow);

// A segment that we have sent, as the peer quotes it in an ICMP error: with live numbers.
TcpSpec quoted_to_live(const TcpSpec& script, const Flow& flow);

// After a match: the script's timestamp stands for the live one.
void learn_timestamp(Flow& flow, std::uint32_t script, std::uint32_t live);

// Where the packets `udp (n)` of a script come from and go to.
struct DatagramEnds {
  Endpoint ours;
  Endpoint peer;
};

// All connections of a script. One of them is under test: packets without ports belong to it.
class Flows {
 public:
  explicit Flows(std::uint32_t isn_shift) : isn_shift_(isn_shift) {}
  Flow* current() { return current_; }
  void select(Flow& flow) { current_ = &flow; }
  // The newest one with these ends; nullptr when there is none.
  Flow* find(const Endpoint& ours, const Endpoint& peer);
  // A new one, under test from now on.
  Flow& open(const Endpoint& ours, const Endpoint& peer);
  // That of our first SYN; nothing when we have sent none.
  [[nodiscard]] std::optional<std::uint32_t> our_first_isn() const { return our_first_isn_; }
  void sent(const TcpSpec& live);
  // Those of the datagram socket that was bound or connected last; nothing when there is none.
  std::optional<DatagramEnds>& datagrams() { return datagrams_; }

 private:
  std::uint32_t isn_shift_;
  std::optional<std::uint32_t> our_first_isn_;
  std::deque<Flow> flows_;
  Flow* current_ = nullptr;
  std::optional<DatagramEnds> datagrams_;
};

}  // namespace tcpstack::drill
