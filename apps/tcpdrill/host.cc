#include "apps/tcpdrill/host.h"

#include <algorithm>
#include <array>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "apps/tcpdrill/problem.h"

namespace tcpstack::drill {
namespace {

Buffer flatten(const TxPacket& packet) {
  Buffer bytes(packet.headers.begin(),
               packet.headers.begin() + static_cast<std::ptrdiff_t>(packet.headers_size));
  for (const Bytes span : packet.text) bytes.insert(bytes.end(), span.begin(), span.end());
  return bytes;
}

// Options without a meaning here: one process has the port for itself.
bool is_without_effect(const OptionName& option) {
  return option.level == SOL_SOCKET && (option.name == SO_REUSEADDR || option.name == SO_REUSEPORT);
}

// nstat's names for what we count as drops.
struct CounterName {
  std::string_view name;
  Drop drop;
};
constexpr std::array kCounters = {
    CounterName{"TcpExtPAWSEstab", Drop::paws},
    CounterName{"TcpExtTCPChallengeACK", Drop::rst_challenged},
    CounterName{"TcpExtTCPSYNChallenge", Drop::syn_in_window},
    CounterName{"TcpExtListenOverflows", Drop::listen_accept_queue_full},
    CounterName{"TcpInCsumErrors", Drop::tcp_checksum},
};

}  // namespace

Host::Host(const Config& config, std::uint64_t seed) : stack_(config, seed) {}

bool Host::run_next_alarm(Time limit) {
  const auto deadline = stack_.next_deadline();
  if (!deadline || *deadline > limit) {
    now_ = std::max(now_, limit);
    return false;
  }
  now_ = std::max(now_, *deadline);
  stack_.time_passes(now_);
  drain();
  return true;
}

void Host::packet_arrives(Bytes bytes) {
  stack_.packet_arrives({bytes, {}}, now_);
  drain();
}

void Host::drain() {
  while (const auto packet = stack_.poll_transmit(now_)) sent_.push_back({now_, flatten(*packet)});
  while (const auto event = stack_.poll_event()) events_.push_back(*event);
}

std::optional<tcpstack::Event> Host::next_event() {
  if (events_.empty()) return std::nullopt;
  const tcpstack::Event event = events_.front();
  events_.pop_front();
  return event;
}

void Host::apply(const OptionName& option, const OptionValues& /*values*/,
                 ConnectionId /*connection*/) {
  if (!is_without_effect(option)) throw Unsupported(option.word);
}

std::int64_t Host::read(const OptionName& option, const OptionValues& values,
                        ConnectionId /*connection*/) {
  const auto found = values.find({option.level, option.name});
  if (is_without_effect(option) && found != values.end()) return found->second;
  throw Unsupported(option.word);
}

std::optional<std::uint64_t> Host::counter(std::string_view name) const {
  const Counters& counters = stack_.counters();
  if (name == "TcpActiveOpens") return counters.active_opens;
  if (name == "TcpPassiveOpens") return counters.passive_opens;
  if (name == "TcpAttemptFails") return counters.attempt_fails;
  if (name == "TcpEstabResets") return counters.established_resets;
  if (name == "TcpOutRsts") return counters.resets_sent;
  if (name == "TcpRetransSegs") return counters.segments_retransmitted;
  if (name == "TcpExtTCPTimeouts") return counters.retransmission_timeouts;
  const auto found = std::ranges::find(kCounters, name, &CounterName::name);
  if (found == kCounters.end()) return std::nullopt;
  return counters.of(found->drop);
}

}  // namespace tcpstack::drill
