// Runs a script against the kernel of this machine.
#pragma once

#include <string>

#include "apps/tcpdrill/run/verdict.h"

namespace tcpstack::drill {

// The kernel's release, as uname -r prints it.
std::string kernel_release();

// run_script() in a namespace of its own, in real time. A script that fails runs again, up to three times in all: a
// busy machine may have delayed it. Requires: reason_against_kernel() has given none.
Verdict run_on_kernel(const std::string& name, const std::string& source,
                      const RunOptions& options);

}  // namespace tcpstack::drill
