// tcp_info, from the protocol variables of a connection: the fields that `%{ assert tcpi_... }%` names.
#include <array>
#include <netinet/tcp.h>

#include "apps/tcpdrill/host.h"

namespace tcpstack::drill {
namespace {

using tcp::Tcb;

std::int64_t state_number(const Tcb& tcb) {
  switch (tcb.state) {
    case tcp::State::CLOSED: return TCP_CLOSE;
    case tcp::State::LISTEN: return TCP_LISTEN;
    case tcp::State::SYN_SENT: return TCP_SYN_SENT;
    case tcp::State::SYN_RECEIVED: return TCP_SYN_RECV;
    case tcp::State::ESTABLISHED: return TCP_ESTABLISHED;
    case tcp::State::FIN_WAIT_1: return TCP_FIN_WAIT1;
    case tcp::State::FIN_WAIT_2: return TCP_FIN_WAIT2;
    case tcp::State::CLOSE_WAIT: return TCP_CLOSE_WAIT;
    case tcp::State::CLOSING: return TCP_CLOSING;
    case tcp::State::LAST_ACK: return TCP_LAST_ACK;
    case tcp::State::TIME_WAIT: return TCP_TIME_WAIT;
  }
  return 0;
}

std::int64_t options(const Tcb& tcb) {
  std::int64_t bits = 0;
  if (tcb.ts.ok) bits |= TCPI_OPT_TIMESTAMPS;
  if (tcb.sack_permitted) bits |= TCPI_OPT_SACK;
  if (tcb.window_scaling) bits |= TCPI_OPT_WSCALE;
  return bits;
}

std::int64_t usecs(Duration duration) { return duration.count(); }

struct Field {
  std::string_view name;
  std::int64_t (*read)(const Tcb&);
};

constexpr std::array kFields = {
    Field{"state", state_number},
    Field{"options", options},
    Field{"rto", [](const Tcb& tcb) { return usecs(tcb.rtt.rto); }},
    Field{"rtt", [](const Tcb& tcb) { return usecs(tcb.rtt.srtt); }},
    Field{"rttvar", [](const Tcb& tcb) { return usecs(tcb.rtt.rttvar); }},
    Field{"unacked", [](const Tcb& tcb) { return static_cast<std::int64_t>(tcb.sent.size()); }},
    Field{"backoff", [](const Tcb& tcb) { return std::int64_t{tcb.retransmissions}; }},
    Field{"advmss", [](const Tcb& tcb) { return std::int64_t{tcb.rcv.mss}; }},
    Field{"snd_wscale", [](const Tcb& tcb) { return std::int64_t{tcb.snd.wind_shift}; }},
    Field{"rcv_wscale", [](const Tcb& tcb) { return std::int64_t{tcb.rcv.wind_shift}; }},
    Field{"snd_wnd", [](const Tcb& tcb) { return std::int64_t{tcb.snd.wnd}; }},
};

}  // namespace

std::optional<std::int64_t> Host::info(ConnectionId connection, std::string_view field) const {
  const Tcb* const tcb = stack_.tcb(connection);
  if (tcb == nullptr) return std::nullopt;
  for (const Field& known : kFields) {
    if (known.name == field) return known.read(*tcb);
  }
  return std::nullopt;
}

}  // namespace tcpstack::drill
