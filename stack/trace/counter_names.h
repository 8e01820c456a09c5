// The names of all counters, for programs that show them. drop.h has the names of the drops.
#pragma once

#include <array>
#include <cstdint>

#include "stack/trace/counters.h"

namespace tcpstack {

struct NamedCounter {
  const char* name;
  std::uint64_t Counters::* value;
};

inline constexpr std::array kNamedCounters = {
    NamedCounter{"packets_received", &Counters::packets_received},
    NamedCounter{"packets_sent", &Counters::packets_sent},
    NamedCounter{"segments_received", &Counters::segments_received},
    NamedCounter{"segments_sent", &Counters::segments_sent},
    NamedCounter{"segments_retransmitted", &Counters::segments_retransmitted},
    NamedCounter{"resets_sent", &Counters::resets_sent},
    NamedCounter{"active_opens", &Counters::active_opens},
    NamedCounter{"passive_opens", &Counters::passive_opens},
    NamedCounter{"attempt_fails", &Counters::attempt_fails},
    NamedCounter{"established_resets", &Counters::established_resets},
    NamedCounter{"retransmission_timeouts", &Counters::retransmission_timeouts},
    NamedCounter{"cookies_sent", &Counters::cookies_sent},
    NamedCounter{"challenge_acks", &Counters::challenge_acks},
    NamedCounter{"echo_replies", &Counters::echo_replies},
    NamedCounter{"icmp_errors_sent", &Counters::icmp_errors_sent},
    NamedCounter{"icmp_errors_withheld", &Counters::icmp_errors_withheld},
    NamedCounter{"icmp_errors_taken", &Counters::icmp_errors_taken},
    NamedCounter{"fragments_sent", &Counters::fragments_sent},
    NamedCounter{"datagrams_reassembled", &Counters::datagrams_reassembled},
    NamedCounter{"udp_received", &Counters::udp_received},
    NamedCounter{"udp_sent", &Counters::udp_sent},
};

// A new counter needs its name here, else no program shows it.
static_assert(sizeof(Counters) ==
              sizeof(Counters::drops) + kNamedCounters.size() * sizeof(std::uint64_t));

}  // namespace tcpstack
