// The connections of the running stack in the form of `ss -ti`. counts.h has the drops and counters.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "stack/runtime/connection_list.h"
#include "stack/trace/counters.h"

namespace tcpstack::app {

// Two lines for each connection: state, queues and ends; then options, round-trip time, windows, segments. Zero and
// unknown values are left out.
std::string connection_table(const std::vector<runtime::connection_info>& connections,
                             const std::vector<runtime::listener_info>& listeners);
// One object in one line.
std::string connection_json(const std::vector<runtime::connection_info>& connections,
                            const std::vector<runtime::listener_info>& listeners,
                            const Counters& counters);

}  // namespace tcpstack::app
