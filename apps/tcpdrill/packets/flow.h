// Maps between a script's numbers of a connection and the live ones.
//
// A script knows neither our initial sequence number nor our clock. On a SYN the peer's number is literal, and ours
// stands for the one that is sent. On later segments n means ISN + n in both directions, in SACK blocks too. The first
// timestamp of an expectation sets our clock.
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
  bool over = false;  // CLOSED: another SYN is for another connection

  std::optional<std::uint32_t> our_isn;
  std::optional<std::uint32_t> script_isn;  // the script's number on our SYN
  std::optional<std::uint32_t> peer_isn;
  std::uint32_t isn_shift = 0;    // live = script + isn_shift, for literal numbers (--peer-isn)
  std::uint32_t offered_isn = 0;  // of the peer's last SYN; valid once we answer it with a new ISN

  // Our timestamps: live = script + clock_offset. Matched timestamps map back exactly.
  std::optional<std::uint32_t> clock_offset;
  std::map<std::uint32_t, std::uint32_t> live_timestamps;
  // Our window scale, live and in the script (different with --wscale=any).
  std::optional<std::uint8_t> our_scale;
  std::optional<std::uint8_t> script_scale;

  [[nodiscard]] std::uint32_t our_base() const { return our_isn.value_or(0); }
  [[nodiscard]] std::uint32_t peer_base() const { return peer_isn.value_or(0); }
};

// Inbound: a segment of the script with live numbers, ports included. Learns the peer's ISN.
TcpSpec to_live(const TcpSpec& script, Flow& flow);

// Outbound: a live segment with the script's numbers. Learns our ISN and our window scale.
TcpSpec to_script(const TcpSpec& live, Flow& flow);

// A segment of ours with live numbers, as the peer quotes it in an ICMP error.
TcpSpec quoted_to_live(const TcpSpec& script, const Flow& flow);

// After a match: `script` stands for `live`.
void learn_timestamp(Flow& flow, std::uint32_t script, std::uint32_t live);

// Source and destination of the packets `udp (n)` of a script.
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
  // The newest flow with these ends; nullptr if there is none.
  Flow* find(const Endpoint& ours, const Endpoint& peer);
  // A new flow, which is under test from now on.
  Flow& open(const Endpoint& ours, const Endpoint& peer);
  // The ISN of our first SYN; nothing if we have sent none.
  [[nodiscard]] std::optional<std::uint32_t> our_first_isn() const { return our_first_isn_; }
  void sent(const TcpSpec& live);
  // The ends of the datagram socket that was bound or connected last; nothing if there is none.
  std::optional<DatagramEnds>& datagrams() { return datagrams_; }

 private:
  std::uint32_t isn_shift_;
  std::optional<std::uint32_t> our_first_isn_;
  std::deque<Flow> flows_;
  Flow* current_ = nullptr;
  std::optional<DatagramEnds> datagrams_;
};

}  // namespace tcpstack::drill
