// Starts services on a runtime: a listener each, and a conversation per client, most of them coroutines.
#pragma once

#include <span>

#include "apps/tcpstack/options.h"
#include "stack/runtime/runtime.h"

namespace tcpstack::app {

// Listens on the ports of all `requests`, on TCP and, where the service has it, on UDP; from then on clients are
// served whenever the runtime's executor runs. What goes wrong with a client is logged at debug level and ends that
// client only. Throws boost::system::system_error when a port cannot be listened on. runtime.async_stop() ends all.
void start_services(runtime::runtime& runtime, std::span<const ServiceRequest> requests,
                    ServiceOptions options);

}  // namespace tcpstack::app
