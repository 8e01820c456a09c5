// The stack's counters and drops as text and as JSON: all of them, so that none counts in secret.
#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "stack/trace/counters.h"

namespace tcpstack::app {

// Every reason to drop a packet: those that have occurred, with their counts and meanings, and the names of the
// others.
std::string drop_table(const Counters& counters);
// Only those that have occurred, or "nothing dropped".
std::string short_drop_table(const Counters& counters);
// Every counter with its value.
std::string counter_table(const Counters& counters);
// Those that are not zero; empty if all are.
std::string short_counter_table(const Counters& counters);

// Every drop and every counter by its name.
boost::json::object drops_as_json(const Counters& counters);
boost::json::object counters_as_json(const Counters& counters);

}  // namespace tcpstack::app
