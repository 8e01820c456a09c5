// UDP, RFC 768 and RFC 1122 section 4.1: sockets, each bound to one port, with a queue of received datagrams.
//
// UDP promises only a checksum. A full queue drops further datagrams. A datagram to an unbound port causes an ICMP
// error. ICMP errors about our own datagrams go to the socket that sent them (RFC 1122 section 4.1.3.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "stack/base/ring.h"
#include "stack/base/slab.h"
#include "stack/context.h"
#include "stack/ip/icmp.h"
#include "stack/ip/transmit.h"
#include "stack/packet.h"
#include "stack/wire/address.h"
#include "stack/wire/ipv4.h"

namespace tcpstack::udp {

enum class Error : std::uint8_t {
  does_not_exist,    // the handle is stale
  illegal,           // not our address, or a destination that names no single host
  address_in_use,    // another socket has the port
  insufficient,      // no free port
  message_too_long,  // more than kMaxData bytes
  would_block,       // nothing to read, or no room to send: an event follows
};

inline constexpr std::size_t kMaxData = ip::kMaxDatagram - 8;

// A datagram received.
struct Received {
  Endpoint remote;
  std::size_t size = 0;    // bytes copied
  bool truncated = false;  // the buffer was too small, the rest is lost
};

// A datagram that nobody has received yet.
struct Waiting {
  Endpoint remote;
  std::size_t size = 0;  // bytes
};

// The user's settings of a socket (RFC 1122 section 4.1.4). Zero: the configuration's value.
struct Options {
  std::size_t receive_buffer = 0;  // bytes of waiting datagrams, plus a fixed cost for each
  std::uint8_t ttl = 0;            // of sent datagrams
  std::uint8_t dscp = 0;           // RFC 2474, 6 bits
};

// An ICMP error about a datagram that the socket sent to `remote`.
struct Failure {
  Endpoint remote;
  ip::IcmpProblem problem;
};

// News for the user of a socket.
struct Events {
  bool readable = false;
  bool writable = false;
  bool failed = false;
  [[nodiscard]] bool any() const { return readable || writable || failed; }
};

class Layer {
 public:
  // --- from below
  // A UDP datagram for us. Returns false if no socket is bound to the port; the sender should get an error.
  bool receive(const wire::Ipv4Packet& packet, const Offload& offload, Context& cx);
  // An ICMP error about a UDP datagram of ours.
  void receive_error(const ip::IcmpError& error, Context& cx);
  // The outbox has room again: refused senders may try.
  void room_was_made();

  // --- from above
  // Opens a socket. Port 0: an ephemeral port. An unspecified address receives on ours. Errors: illegal,
  // address_in_use, insufficient.
  std::expected<base::Handle, Error> open(const Endpoint& local, Context& cx);
  void close(base::Handle socket);
  // Errors: does_not_exist, illegal, message_too_long, would_block.
  std::expected<void, Error> send_to(base::Handle socket, const Endpoint& remote, Bytes data,
                                     ip::Outbox& outbox, Context& cx);
  // The oldest datagram. Errors: does_not_exist, would_block.
  std::expected<Received, Error> receive_from(base::Handle socket, MutableBytes data);
  // The datagram that receive_from() would give; it stays. Errors: does_not_exist, would_block.
  [[nodiscard]] std::expected<Waiting, Error> next_datagram(base::Handle socket) const;
  // Is there room for a datagram now? If not, an event reports it later. Errors: does_not_exist, would_block.
  std::expected<void, Error> await_room(base::Handle socket, const ip::Outbox& outbox);
  // The oldest ICMP error; it stays, or is taken. Errors: does_not_exist, would_block.
  [[nodiscard]] std::expected<Failure, Error> next_failure(base::Handle socket) const;
  std::expected<Failure, Error> take_failure(base::Handle socket);
  [[nodiscard]] std::expected<Endpoint, Error> local_endpoint(base::Handle socket) const;
  // Errors: does_not_exist.
  [[nodiscard]] std::expected<Options, Error> options(base::Handle socket) const;
  std::expected<void, Error> set_options(base::Handle socket, const Options& options);

  struct Told {
    base::Handle socket;
    Events events;
  };
  std::optional<Told> next_event();

 private:
  struct Message {
    Endpoint remote;
    std::vector<std::uint8_t> data;
  };
  struct Socket {
    Endpoint local;
    base::Handle id;
    Options options;
    base::Ring<Message> queue;
    std::size_t queued = 0;  // bytes, with a fixed cost for each message
    base::Ring<Failure> failures;
    bool refused = false;  // the outbox had no room
    Events events;
    bool in_event_list = false;
  };

  Socket* socket_for(std::uint16_t port);
  bool is_room(Socket& socket, std::size_t size, const ip::Outbox& outbox);
  void tell(Socket& socket);
  std::optional<std::uint16_t> ephemeral_port(Context& cx) const;

  base::Slab<Socket> sockets_;
  boost::unordered_flat_map<std::uint16_t, base::Handle> by_port_;
  base::Ring<base::Handle> told_;
  base::Ring<base::Handle> refused_;
};

}  // namespace tcpstack::udp
