// The system calls of a script, for the kernel.
//
// A call has two halves. The first is the system call with its numbers, buffers and addresses, which may block in the
// worker's thread. The second belongs to the script: it gives a new descriptor its name, and compares the filled-in
// values and the text that was read.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <vector>

#include "apps/tcpdrill/language/script.h"
#include "apps/tcpdrill/packets/flow.h"
#include "apps/tcpdrill/run/arguments.h"
#include "apps/tcpdrill/run/world.h"
#include "stack/device/descriptor.h"

namespace tcpstack::drill {

struct SystemCall {
  std::function<Outcome()> make;
  std::function<Outcome(Outcome)> complete = {};  // empty: the outcome stays; throws Mismatch
};

// What a descriptor of the script names.
struct KernelSocket {
  device::Descriptor fd;
  bool is_stream = true;                                   // of TCP
  std::optional<std::pair<Endpoint, Endpoint>> ends = {};  // ours and the peer's, of a connection
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
};

class SystemCalls {
 public:
  // `congestion` is for every stream socket; it may change.
  SystemCalls(const Addresses& addresses, Flows& flows, const std::string& congestion);

  // Throws Unsupported, Malformed. `call` must live as long as the result.
  SystemCall prepare(const Call& call);
  // tcp_info of the connection under test.
  std::optional<std::int64_t> info(std::string_view field);

 private:
  using Function = SystemCall (SystemCalls::*)(const Call&);
  static const std::map<std::string, Function, std::less<>>& functions();

  // system_calls.cc
  SystemCall socket(const Call& call);
  SystemCall bind(const Call& call);
  SystemCall listen(const Call& call);
  SystemCall accept(const Call& call);
  SystemCall connect(const Call& call);
  SystemCall close(const Call& call);
  SystemCall shutdown(const Call& call);
  SystemCall fcntl(const Call& call);
  SystemCall ioctl(const Call& call);
  SystemCall getsockopt(const Call& call);
  SystemCall setsockopt(const Call& call);

  // transfer_calls.cc
  SystemCall read(const Call& call);
  SystemCall readv(const Call& call);
  SystemCall recv(const Call& call);
  SystemCall recvmsg(const Call& call);
  SystemCall write(const Call& call);
  SystemCall writev(const Call& call);
  SystemCall send(const Call& call);
  SystemCall sendmsg(const Call& call);
  SystemCall receive(const Call& call, const CallBuffers& buffers, std::int64_t flags);
  // `address`: of the destination; nullptr if the call names none.
  SystemCall transmit(const Call& call, const CallBuffers& buffers, std::int64_t flags,
                      const Expr* address);

  // wait_calls.cc
  SystemCall poll(const Call& call);
  SystemCall epoll_create(const Call& call);
  SystemCall epoll_ctl(const Call& call);
  SystemCall epoll_wait(const Call& call);

  // The socket that the script's descriptor names; nullptr if there is none.
  KernelSocket* find(std::int64_t fd);
  // The kernel's descriptor of the call's first argument; -1 if there is none, for which the kernel has EBADF.
  int kernel_fd(const Call& call);
  // A new descriptor under the name that the script gives it as the result.
  KernelSocket& put(const Call& call, KernelSocket socket);
  // The outcome of a system call that has just returned `value`.
  static Outcome outcome_of(std::int64_t value);
  [[nodiscard]] sockaddr_in remote(const Expr& address, std::uint16_t otherwise) const;
  // After connect() and the like: the ends of the connection, or of the datagrams.
  void learn_ends(KernelSocket& socket, const sockaddr_in& remote);
  // Compares the text that was read with the pattern.
  Outcome check_read(const Call& call, Outcome outcome, const Buffer& text, std::int64_t flags);
  Outcome count_written(const Call& call, Outcome outcome);

  Addresses addresses_;
  Flows& flows_;
  const std::string& congestion_;
  std::map<std::int64_t, KernelSocket> sockets_;
  std::vector<std::shared_ptr<const void>> written_;  // messages, which MSG_ZEROCOPY reads later
};

}  // namespace tcpstack::drill
