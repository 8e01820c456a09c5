// Starts services on a runtime: a listener for each, and a conversation for each client, most of them coroutines.
#pragma once

#include <span>

#include "apps/tcpstack/options.h"
#include "stack/runtime/runtime.h"

namespace tcpstack::app {

// Listens on the ports of all `requests`, on TCP and, if the service has it, on UDP. Clients are then served
// whenever the runtime's executor runs. A client's error is logged at debug level and ends only that client. Throws
// boost::system::system_error if a port is not available. runtime.async_stop() ends all.
void start_services(runtime::runtime& runtime, std::span<const ServiceRequest> requests,
                    ServiceOptions options);

}  // namespace tcpstack::app
