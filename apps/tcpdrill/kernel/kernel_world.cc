#include "apps/tcpdrill/kernel/kernel_world.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/tcp.h>

#include <poll.h>
#include <unistd.h>

#include "apps/tcpdrill/language/problem.h"
#include "stack/wire/ipv4.h"

namespace tcpstack::drill {
namespace {

// Timers of TCP count jiffies, of up to 10 ms. An alarm comes up to one of them late.
constexpr Duration kLeastTolerance = std::chrono::milliseconds(10);
// A call that the script expects to return at once.
constexpr Duration kAtOnce = std::chrono::seconds(1);
// Of an IP packet.
constexpr std::size_t kLargestPacket = 65535;
constexpr std::uint8_t kIgmp = 2;

// The device carries the kernel's reports about multicast, too.
bool is_of_script(Bytes packet) {
  constexpr std::size_t kProtocol = 9;
  return packet.size() >= wire::kIpv4HeaderSize && packet[0] >> 4 == 4 &&
         packet[kProtocol] != kIgmp;
}

}  // namespace

KernelWorld::KernelWorld(const Setup& setup, Flows& flows)
    : network_(setup), calls_(setup.addresses, flows, network_.congestion()) {
  if (setup.keeps_text_of_syn) throw Unsupported("--syn-text=keep is an option of our stack");
  began_ = std::chrono::steady_clock::now();
}

Time KernelWorld::now() const {
  const auto passed = std::chrono::steady_clock::now() - began_;
  return Time(std::chrono::duration_cast<Duration>(passed));
}

// In real time the runner waits as long as a reader would.
Patience KernelWorld::patience() const {
  return {.with_time = std::chrono::seconds(1), .without = std::chrono::seconds(10)};
}

// Linux sets PSH at the end of each burst, which depends on the moment.
Switches KernelWorld::comparable(Switches switches) const {
  switches.psh = Psh::lax;
  switches.tolerance = std::max(switches.tolerance, kLeastTolerance);
  return switches;
}

void KernelWorld::wait(Duration longest) const {
  std::array<pollfd, 2> news{pollfd{network_.fd(), POLLIN, 0}, pollfd{worker_.fd(), POLLIN, 0}};
  const auto nanoseconds = std::chrono::nanoseconds(longest).count();
  constexpr std::int64_t kSecond = 1'000'000'000;
  const timespec timeout{nanoseconds / kSecond, nanoseconds % kSecond};
  (void)ppoll(news.data(), under_way_ ? 2 : 1, &timeout, nullptr);
}

bool KernelWorld::pass(Time limit) {
  const auto call_has_ended = [this] {
    pollfd ended{worker_.fd(), POLLIN, 0};
    return under_way_ && ::poll(&ended, 1, 0) > 0;
  };
  for (;;) {
    if (take_packets() || call_has_ended()) return true;
    const Duration left = limit - now();
    if (left <= Duration{0}) return false;
    wait(left);
  }
}

bool KernelWorld::take_packets() {
  const std::size_t before = sent_.size();
  Buffer packet(kLargestPacket);
  for (;;) {
    const ssize_t size = ::read(network_.fd(), packet.data(), packet.size());
    if (size < 0) break;
    const Bytes bytes = Bytes(packet).first(static_cast<std::size_t>(size));
    if (is_of_script(bytes)) sent_.push_back({now(), Buffer(bytes.begin(), bytes.end())});
  }
  return sent_.size() > before;
}

void KernelWorld::packet_arrives(Bytes bytes) {
  if (::write(network_.fd(), bytes.data(), bytes.size()) < 0)
    throw Unsupported(std::string("the TUN device: ") + std::strerror(errno));
}

// The kernel has answered each packet of a batch by now.
void KernelWorld::transmit() { take_packets(); }

bool KernelWorld::is_over(const Flow& flow) const {
  if (!flow.our_isn) return false;
  return !Network::connection_state(flow.ours, flow.peer);
}

std::optional<Outcome> KernelWorld::attempt(Attempt& attempt) {
  if (!under_way_ || under_way_->called != attempt.called) {
    under_way_.emplace(UnderWay{attempt.called, calls_.prepare(*attempt.called)});
    worker_.begin(under_way_->call.make);
  }
  const auto made = worker_.finish(attempt.called->until ? Duration{0} : kAtOnce);
  take_packets();
  if (!made) return std::nullopt;
  const SystemCall call = std::move(under_way_->call);
  under_way_.reset();
  return call.complete ? call.complete(*made) : *made;
}

std::optional<std::int64_t> KernelWorld::info(std::string_view field) { return calls_.info(field); }

void KernelWorld::apply(const std::vector<Sysctl>& sysctls) {
  for (const Sysctl& sysctl : sysctls) network_.apply(sysctl);
}

std::optional<std::uint64_t> KernelWorld::counter(std::string_view name) {
  return Network::counter(name);
}

}  // namespace tcpstack::drill
