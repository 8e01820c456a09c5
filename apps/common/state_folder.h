// The place for files that a program keeps from one run to the next.
#pragma once

#include <filesystem>

namespace tcpstack::app {

// $XDG_STATE_HOME/tcpstack, ~/.local/state/tcpstack, or /var/lib/tcpstack. It need not exist.
std::filesystem::path state_folder();

}  // namespace tcpstack::app
