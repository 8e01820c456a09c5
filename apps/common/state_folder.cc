#include "apps/common/state_folder.h"

#include <cstdlib>

namespace tcpstack::app {

std::filesystem::path state_folder() {
  const auto folder = [](const char* variable) -> std::filesystem::path {
    const char* const value = std::getenv(variable);
    return value == nullptr ? "" : value;
  };
  if (const auto state = folder("XDG_STATE_HOME"); state.is_absolute()) return state / "tcpstack";
  if (const auto home = folder("HOME"); home.is_absolute()) return home / ".local/state/tcpstack";
  return "/var/lib/tcpstack";
}

}  // namespace tcpstack::app
