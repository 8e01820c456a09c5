// The packets of a run. Inbound ones become bytes and go to the stack. Outbound ones are read, get the script's
// numbers and a line in the story, and wait until an event expects them.
#pragma once

#include <cstdint>
#include <list>

#include "apps/tcpdrill/language/script.h"
#include "apps/tcpdrill/packets/flow.h"
#include "apps/tcpdrill/packets/story.h"
#include "apps/tcpdrill/run/world.h"

namespace tcpstack::drill {

// Called with every packet of a run, for a capture.
using PacketSink = std::function<void(Time at, Bytes packet, bool inbound)>;

// An outbound packet that no event has expected yet.
struct Seen {
  Time at;
  Packet packet;  // with the script's numbers
  Packet live;
  Buffer text;
  Flow* flow = nullptr;
};

class WireTap {
 public:
  WireTap(World& world, Flows& flows, const Addresses& addresses, Story& story, PacketSink sink);

  // Sends the script's packet to the world. Its connection is then the selected one.
  void inject(const Packet& packet);
  // Takes over the packets that the world has sent.
  void collect();
  // The oldest packet of the connection under test. If `expected` has ports, their connection is under test from now on.
  // nullptr: no packet waits.
  Seen* oldest(const Packet& expected);
  // Joins the next packet to `first` if it continues it. Returns false if it is not there.
  bool join(Seen& first);
  void discard(const Seen& seen);
  // For a message, where the connection under test has sent nothing.
  [[nodiscard]] std::string what_else_was_sent() const;
  [[nodiscard]] const std::list<Seen>& unread() const { return unread_; }

 private:
  Flow& flow_of(const TcpSpec& tcp);
  Flow& new_flow();
  [[nodiscard]] DatagramEnds datagram_ends();
  Flow& flow_of_sent(const Sent& sent);
  void inject_tcp(const TcpSpec& tcp, const Packet& packet);
  void inject_udp(const UdpSpec& udp, const Packet& packet);
  void inject_icmp(const IcmpSpec& icmp, const Packet& packet);
  void deliver(const Buffer& bytes);

  World& world_;
  Flows& flows_;
  Addresses addresses_;
  Story& story_;
  PacketSink sink_;
  std::list<Seen> unread_;
  std::uint16_t next_peer_port_ = 40001;
};

}  // namespace tcpstack::drill
