// The public face of the core: an Internet host's TCP, without input or output (sans I/O).
//
// In calling order, for a driver such as the TUN runtime, the simulator or a test:
//
//   1. packet_arrives() for each packet the device has, or time_passes(), or a user call;
//   2. poll_transmit() until it is empty: packets to send;
//   3. poll_event() until it is empty: news for users;
//   4. sleep until the device is readable, a user calls, or next_deadline().
//
// No call blocks, calls back, or leaves anything running. `now` never decreases. The same seed and the
// same inputs give the same outputs, byte for byte.
//
//   Stack stack(config, seed);
//   stack.packet_arrives({.bytes = packet}, now);            // for instance a SYN
//   while (const auto out = stack.poll_transmit(now)) device.send(*out);
//   while (const auto news = stack.poll_event()) tell_user(*news);
//   sleep_until(stack.next_deadline(), [&](Time then) { stack.time_passes(then); });
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <vector>

#include "stack/base/bytes.h"
#include "stack/base/seed.h"
#include "stack/base/slab.h"
#include "stack/base/time.h"
#include "stack/config.h"
#include "stack/packet.h"
#include "stack/tcp/calls.h"
#include "stack/tcp/fast_open.h"
#include "stack/tcp/info.h"
#include "stack/tcp/state.h"
#include "stack/tcp/tcb.h"
#include "stack/trace/counters.h"
#include "stack/trace/observer.h"
#include "stack/udp/layer.h"
#include "stack/wire/address.h"

namespace tcpstack {

struct ConnectionId : base::Handle {};
struct ListenerId : base::Handle {};
struct DatagramSocketId : base::Handle {};

// News for a user. Several changes of one connection come as one event. One of the three handles is set.
struct Event {
  ConnectionId connection;   //
  ListenerId listener;       // acceptable: accept() gives a connection
  DatagramSocketId socket;   // readable, writable, failed
  bool established = false;  // open() has succeeded
  bool readable = false;     // receive() returns bytes, or the end of the stream, or an error
  bool writable = false;     // send() takes bytes, or returns an error
  bool urgent = false;  // urgent data is coming, or its end has moved on; status().urgent (MUST-32)
  // A problem of delivery: an ICMP error, see status().soft_error (MUST-47), or R1 retransmissions without an answer
  // (SHLD-9).
  bool delivery_problem = false;
  bool closed = false;  // CLOSED: the last event; status() has the error
  bool failed = false;  // an ICMP error about a datagram: take_failure()
};

using tcp::ConnectionStatus;
using tcp::SendFlags;

class Stack {
 public:
  // All that looks random comes from `seed`: ports, ISNs, keys. Take device::random_seed(); a number as seed is for runs
  // that repeat, and makes them guessable. Requires: validate(config) (validate.h) finds nothing wrong.
  Stack(const Config& config, const base::Seed& seed);
  ~Stack();
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  // Takes another configuration, as sysctl(8) does. Timers and limits of existing connections follow it from now on; their
  // options and buffers stay. Requires: as the constructor; the same config.ip. config.tcp.max_connections has no effect
  // any longer.
  void set_config(const Config& config);

  // --- the world acts
  void packet_arrives(const RxPacket& packet, Time now);
  void time_passes(Time now);

  // --- the stack asks
  // The packet's text is valid until the next call of any other function here, so that a driver can gather packets.
  std::optional<TxPacket> poll_transmit(Time now);
  std::optional<Event> poll_event();
  // The time of the next call of time_passes(); nothing when no alarm is set.
  [[nodiscard]] std::optional<Time> next_deadline() const;

  // --- the user calls, RFC 9293 section 3.10. None of them blocks.
  // 3.10.1, passive. An unspecified address means ours. At most `backlog` connections wait in SYN_RECEIVED, and as many
  // plus one to be accepted; 0 means config.tcp.default_backlog. Errors: illegal (port 0), address_in_use.
  std::expected<ListenerId, tcp::Error> listen(Endpoint local, std::size_t backlog = 0);
  // 3.10.1, active: sends a SYN. An unspecified local address means ours, port 0 an ephemeral one
  // (RFC 6056). An event follows when it is established, or closed. Errors: illegal (no remote endpoint,
  // or our own, or a local address that is not ours), already_exists, insufficient.
  std::expected<ConnectionId, tcp::Error> open(Endpoint remote, Endpoint local, Time now);
  // Text for the SYN, RFC 7413, between open() and the next poll_transmit(). If Fast Open is on, the SYN
  // carries the beginning of `text`, or asks for a cookie if the server's is not known. If it is off, the SYN stays plain.
  // Returns the number of bytes taken; the rest is for send(). Errors: does_not_exist, illegal (no active OPEN, its SYN
  // has left, or text was offered or queued before).
  std::expected<std::size_t, tcp::Error> offer_text(ConnectionId connection, Bytes text, Time now);
  // The cookie that a server has given us (RFC 7413 section 4.1.3). Nothing: no SYN to it would carry text.
  [[nodiscard]] std::optional<tcp::KnownCookie> fast_open_cookie(Address server) const;
  // Takes a cookie from an earlier run.
  void remember_fast_open_cookie(const tcp::KnownCookie& known);
  // The oldest established connection of a listener. Errors: would_block, does_not_exist.
  std::expected<ConnectionId, tcp::Error> accept(ListenerId listener, Time now);
  // Would accept() return a connection?
  [[nodiscard]] bool is_acceptable(ListenerId listener);
  // Stops listening; resets the connections that no user has accepted.
  void close(ListenerId listener, Time now);
  // Before the stack ends: closes all listeners and aborts all connections, those that their users have released, too.
  // poll_transmit() then has a RST for each peer that knows of one.
  void reset_all(Time now);
  [[nodiscard]] std::expected<Endpoint, tcp::Error> local_endpoint(ListenerId listener) const;

  // 3.10.2: takes as many bytes as there is room for, and returns their number. The last byte is pushed, unless
  // `flags.more_follows`. A record ends there only if all bytes were taken.
  // Errors: would_block (no room), does_not_exist, closing, or, once, the reason why the connection has ended.
  std::expected<std::size_t, tcp::Error> send(ConnectionId connection, Bytes text, Time now,
                                              SendFlags flags = {});
  // May a user who waits for room go on (tcp/send/buffers.h)? If not, an event follows when it may. Errors: would_block,
  // does_not_exist.
  std::expected<void, tcp::Error> await_room(ConnectionId connection);
  // 3.10.2 with the URGENT flag: the peer learns that its text up to the end of `text` is urgent. Not for new programs
  // (SHLD-13).
  std::expected<std::size_t, tcp::Error> send_urgent(ConnectionId connection, Bytes text, Time now);
  // 3.10.3: copies received bytes, in order, and returns their number; 0 at the end of the stream (or for an empty
  // buffer). Errors: would_block (no text yet), or, once, the reason why the connection has ended. Text that came before
  // that is returned first; after it the stream is at its end.
  std::expected<std::size_t, tcp::Error> receive(ConnectionId connection, MutableBytes text,
                                                 Time now);
  // Like receive(), for at most `most` bytes, which are dropped without being copied.
  // Linux: RFC 9293 section 3.10.3 has no such call. We have it, like recv(2) with `MSG_TRUNC`. You can see it: the
  // window opens as after receive().
  std::expected<std::size_t, tcp::Error> skip(ConnectionId connection, std::size_t most, Time now);
  // Like receive(), but the bytes stay for the next call.
  // Linux: RFC 9293 section 3.10.3 has no such call. We have it, like recv(2) with `MSG_PEEK`. You can see it: the
  // window stays as it is.
  [[nodiscard]] std::expected<std::size_t, tcp::Error> peek(ConnectionId connection,
                                                            MutableBytes text) const;
  // 3.10.4: "I have no more data to send". The user may go on receiving.
  std::expected<void, tcp::Error> close(ConnectionId connection, Time now);
  // 3.10.5: drops everything queued, and sends a RST to the peer.
  std::expected<void, tcp::Error> abort(ConnectionId connection, Time now);
  // The user gives its handle back, like close(2). Closes the connection if that has not been done, and resets it
  // if text is unread (RFC 9293 section 3.6.1, RFC 1122 section 4.2.2.13). The handle is stale afterwards.
  void release(ConnectionId connection, Time now);
  // The user's choices for one connection, e.g. no_delay: options().nagle = false. Errors: does_not_exist, illegal (an
  // unknown algorithm, a maximum segment size out of range, or keep-alives without idle time, interval or probes).
  [[nodiscard]] std::expected<tcp::ConnectionOptions, tcp::Error> options(
      ConnectionId connection) const;
  std::expected<void, tcp::Error> set_options(ConnectionId connection,
                                              const tcp::ConnectionOptions& options, Time now);
  // The same for future connections of a listener.
  [[nodiscard]] std::expected<tcp::ConnectionOptions, tcp::Error> options(
      ListenerId listener) const;
  std::expected<void, tcp::Error> set_options(ListenerId listener,
                                              const tcp::ConnectionOptions& options);
  // Like Linux's TCP_QUICKACK, which is no option but an act. `on`: a delayed acknowledgment leaves now, and the next
  // config.tcp.quick_acks segments with text are acknowledged at once. Off: acknowledgments wait for an answer of the
  // user. Errors: does_not_exist.
  std::expected<void, tcp::Error> quick_ack(ConnectionId connection, bool on, Time now);
  // 3.10.6.
  [[nodiscard]] std::expected<ConnectionStatus, tcp::Error> status(ConnectionId connection) const;

  // --- the user calls of UDP, RFC 768. None of them blocks; udp/layer.h has the errors.
  // Port 0 means an ephemeral port, an unspecified address ours. Errors: illegal, address_in_use, insufficient.
  std::expected<DatagramSocketId, udp::Error> open_udp(Endpoint local, Time now);
  // Sends a datagram, in fragments if it is larger than the MTU. Errors: does_not_exist, illegal, message_too_long,
  // would_block.
  std::expected<void, udp::Error> send_to(DatagramSocketId socket, Endpoint remote, Bytes data,
                                          Time now);
  // Takes one datagram; the part that does not fit into `data` is lost. Errors: does_not_exist, would_block.
  std::expected<udp::Received, udp::Error> receive_from(DatagramSocketId socket, MutableBytes data);
  // The datagram that receive_from() would give; it stays. Errors: does_not_exist, would_block.
  [[nodiscard]] std::expected<udp::Waiting, udp::Error> next_datagram(
      DatagramSocketId socket) const;
  // Would send_to() find room? If not, an event follows when it would. Errors: does_not_exist, would_block.
  std::expected<void, udp::Error> await_room(DatagramSocketId socket);
  // The oldest ICMP error about datagrams of the socket. next_ leaves it, take_ removes it. Errors: does_not_exist,
  // would_block.
  [[nodiscard]] std::expected<udp::Failure, udp::Error> next_failure(DatagramSocketId socket) const;
  std::expected<udp::Failure, udp::Error> take_failure(DatagramSocketId socket);
  [[nodiscard]] std::expected<Endpoint, udp::Error> local_endpoint(DatagramSocketId socket) const;
  // Errors: does_not_exist.
  [[nodiscard]] std::expected<udp::Options, udp::Error> options(DatagramSocketId socket) const;
  std::expected<void, udp::Error> set_options(DatagramSocketId socket, const udp::Options& options);
  // Drops unread datagrams and still sends queued ones. The handle is stale afterwards.
  void close(DatagramSocketId socket);

  // --- for observers
  // The figures that Linux calls TCP_INFO. Errors: does_not_exist.
  [[nodiscard]] std::expected<tcp::TcpInfo, tcp::Error> tcp_info(ConnectionId connection,
                                                                 Time now) const;
  // nullptr: tracing off. The observer must outlive the stack, or be removed before.
  void observe(trace::Observer* observer);
  // Both live as long as the stack. Counters only grow.
  [[nodiscard]] const Counters& counters() const;
  [[nodiscard]] const Config& config() const;
  // The connection's protocol variables, read only. The pointer is valid until the next call that takes `now`, which may
  // end the connection. nullptr: a stale handle.
  [[nodiscard]] const tcp::Tcb* tcb(ConnectionId connection) const;
  [[nodiscard]] std::size_t connection_count() const;
  // All connections, oldest handle first: for tables, not for every packet. Of a connection that its user has given
  // back only tcb() is available.
  [[nodiscard]] std::vector<ConnectionId> connections() const;
  [[nodiscard]] std::vector<ListenerId> listeners() const;
  // The number of connections that are neither CLOSED nor in TIME_WAIT. Looks at each connection.
  [[nodiscard]] std::size_t active_connection_count() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace tcpstack
