// What a script runs against: the stack of this project in virtual time (stack_world.h), or the kernel of this machine
// in real time (kernel/kernel_world.h). The runner knows only this interface.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "apps/tcpdrill/language/script.h"
#include "apps/tcpdrill/language/switches.h"
#include "apps/tcpdrill/packets/flow.h"
#include "apps/tcpdrill/packets/packet_bytes.h"
#include "stack/wire/address.h"

namespace tcpstack::drill {

class Story;
struct Setup;
struct Sysctl;

// The addresses and ports of both sides.
struct Addresses {
  Address local{0xc0a80001};   // 192.168.0.1
  Address remote{0xc0000201};  // 192.0.2.1
  std::uint16_t port = 8080;   // bound by bind(), connected to by connect()
  // The ends of datagrams, unless the script names others.
  static constexpr std::uint16_t kDatagramPeerPort = 40000;
};

// A packet that was sent.
struct Emission {
  Time at;
  Buffer bytes;
};

// The result of a call: a value, or -1 and errno.
struct Outcome {
  std::int64_t value = 0;
  int error = 0;
};
inline Outcome failed(int error) { return {-1, error}; }

// A call under way.
struct Attempt {
  const Call* called;
  Time began;
  std::size_t done = 0;  // bytes already written
  std::optional<Time> deadline =
      {};  // poll, epoll_wait: the latest time of its return, in virtual time
};

// How long the runner waits for a packet that is late.
struct Patience {
  Duration with_time;  // the script has a time for it, which is over
  Duration without;    // the script has none: *
};

class World {
 public:
  virtual ~World() = default;

  // The script's time, which begins at 0.
  [[nodiscard]] virtual Time now() const = 0;
  // Lets time pass until something happens, at most until `limit`. Returns false, at `limit` or later, if nothing
  // happened.
  virtual bool pass(Time limit) = 0;
  // Can anything happen before the script's next event?
  [[nodiscard]] virtual bool is_active() const = 0;
  [[nodiscard]] virtual Patience patience() const = 0;
  // How strictly this world can be compared, where the script asks for `switches`.
  [[nodiscard]] virtual Switches comparable(Switches switches) const = 0;

  // After packets and calls: transmit().
  virtual void packet_arrives(Bytes bytes) = 0;
  virtual void transmit() = 0;
  // Sent packets that wait here, oldest first.
  virtual std::deque<Emission>& sent() = 0;
  // Is the connection CLOSED, so that another SYN of its peer is for another connection?
  [[nodiscard]] virtual bool is_over(const Flow& flow) const = 0;

  // The call's outcome; nothing while it blocks, then it is called again. Throws Unsupported, or Mismatch for a
  // filled-in value.
  virtual std::optional<Outcome> attempt(Attempt& attempt) = 0;

  // tcp_info of the connection under test by a script's name, without "tcpi_": "snd_mss". Nothing if it is unknown.
  virtual std::optional<std::int64_t> info(std::string_view field) = 0;
  // Changes settings from now on. Throws Unsupported.
  virtual void apply(const std::vector<Sysctl>& sysctls) = 0;
  // A counter by nstat's name: "TcpExtPAWSEstab". Nothing if there is no such counter.
  virtual std::optional<std::uint64_t> counter(std::string_view name) = 0;
};

// Makes the world of a run. The stack's clock shows `epoch` at the script's time 0.
using WorldMaker = std::function<std::unique_ptr<World>(const Setup&, Flows&, Story&, Time epoch)>;

}  // namespace tcpstack::drill
