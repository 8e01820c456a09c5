// The system calls of a script, over the stack's user calls (RFC 9293 section 3.10).
//
// A blocking call is not a thread but a pending attempt: the runner repeats it after every change, until it has a
// result. Results and errno are Linux's. The values that a call fills in (an option, revents, a control message)
// are compared here, because only the call knows the meaning of its arguments.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apps/tcpdrill/language/script.h"
#include "apps/tcpdrill/packets/flow.h"
#include "apps/tcpdrill/run/arguments.h"
#include "apps/tcpdrill/run/host.h"
#include "apps/tcpdrill/run/world.h"

namespace tcpstack::drill {

// The socket or epoll instance behind a file descriptor of the script.
struct Descriptor {
  enum class Kind : std::uint8_t { fresh, listener, stream, datagrams, epoll };
  Kind kind = Kind::fresh;
  bool nonblocking = false;
  Endpoint bound;
  OptionValues options;
  bool linger_zero = false;
  bool tells_inq = false;  // TCP_INQ: recvmsg() reports the unread bytes

  ListenerId listener;
  bool acceptable = false;

  ConnectionId connection;
  Flow* flow = nullptr;
  bool connecting = false;          // connect() has not reported its result
  bool connect_is_put_off = false;  // TCP_FASTOPEN_CONNECT: the first text connects it
  bool read_shut = false;
  bool write_shut = false;
  bool error_told = false;  // SO_ERROR reports once
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t readable_events = 0;  // counted for edge-triggered epoll
  std::uint64_t writable_events = 0;

  // Of datagrams:
  struct Datagram {
    Endpoint remote;
    Buffer data;
  };
  std::optional<DatagramSocketId> socket;  // set once it has a port
  std::optional<Endpoint> peer;            // connect() has been called
  std::deque<Datagram> received;
  bool truncated = false;  // of the last datagram that was read
  int pending_error = 0;   // from ICMP; the next call reports it, once

  struct Interest {
    int fd = -1;
    std::uint32_t events = 0;
    std::int64_t data = 0;
    bool fresh = true;  // no report since it was added or changed
    std::uint64_t readable_told = 0;
    std::uint64_t writable_told = 0;
  };
  std::vector<Interest> interests;
};

// Linux: without the client's bit of tcp_fastopen a call that asks for Fast Open fails.
inline bool may_ask_for_cookies(const Config& config) {
  return config.tcp.fast_open && config.tcp.fast_open_client;
}

class Calls {
 public:
  Calls(Host& host, Flows& flows, const Addresses& addresses);

  // The call's outcome; nothing while it blocks. Throws Unsupported, or Mismatch for a filled-in value.
  std::optional<Outcome> attempt(Attempt& attempt);
  // Takes an event of the stack.
  void hear(const tcpstack::Event& event);
  // The connection under test, which tcp_info and the like describe.
  [[nodiscard]] std::optional<ConnectionId> under_test();

 private:
  using Result = std::optional<Outcome>;
  using Function = Result (Calls::*)(Attempt&);
  static const std::map<std::string, Function, std::less<>>& functions();

  // calls_open.cc
  Result socket(Attempt& attempt);
  Result bind(Attempt& attempt);
  Result listen(Attempt& attempt);
  Result accept(Attempt& attempt);
  Result connect(Attempt& attempt);
  Result connect_progress(Descriptor& descriptor);
  void begin_connecting(Descriptor& socket, ConnectionId connection, const Endpoint& remote);
  // sendto() with MSG_FASTOPEN, or the first text after a postponed connect(). For a blocking call this is only the
  // beginning.
  Outcome connect_with_text(Attempt& attempt, Descriptor& descriptor, std::size_t size);
  Result close(Attempt& attempt);
  Result shutdown(Attempt& attempt);
  Result fcntl(Attempt& attempt);
  Result ioctl(Attempt& attempt);

  // calls_transfer.cc
  Result read(Attempt& attempt);
  Result readv(Attempt& attempt);
  Result recv(Attempt& attempt);
  Result recvmsg(Attempt& attempt);
  Result write(Attempt& attempt);
  Result writev(Attempt& attempt);
  Result send(Attempt& attempt);
  Result sendmsg(Attempt& attempt);
  Result receive(Descriptor& descriptor, const CallBuffers& buffers, std::int64_t flags);
  Result transmit(Attempt& attempt, Descriptor& descriptor, const CallBuffers& buffers,
                  std::int64_t flags);

  // calls_datagram.cc
  void hear(Descriptor& socket, const tcpstack::Event& event);
  Result bind_datagrams(Descriptor& socket, const Endpoint& local);
  Result connect_datagrams(Descriptor& socket, const Endpoint& remote);
  Result receive_datagram(Descriptor& socket, std::size_t size, std::int64_t flags);
  Result transmit_datagram(const Call& call, Descriptor& socket, std::size_t size);

  // calls_option.cc
  Result getsockopt(Attempt& attempt);
  Result setsockopt(Attempt& attempt);
  // Applies the options that were set before the connection existed.
  void apply_options(const Descriptor& descriptor);

  // calls_wait.cc
  Result poll(Attempt& attempt);
  Result epoll_create(Attempt& attempt);
  Result epoll_ctl(Attempt& attempt);
  Result epoll_wait(Attempt& attempt);
  std::uint32_t ready_events(const Descriptor& descriptor);
  std::uint32_t told_by(const Descriptor::Interest& interest);
  bool is_waiting(Attempt& attempt, std::int64_t milliseconds);

  // The descriptor in argument `index` of the call; the error is EBADF.
  Descriptor* descriptor(const Call& call, std::size_t index = 0);
  Descriptor& put(int fd, Descriptor descriptor);
  // The error of a connection, which is reported once; 0 if there is none.
  int take_error(Descriptor& descriptor);
  tcp::ConnectionStatus status(const Descriptor& descriptor);

  Host& host_;
  Flows& flows_;
  Addresses addresses_;
  std::map<int, Descriptor> descriptors_;
};

}  // namespace tcpstack::drill
