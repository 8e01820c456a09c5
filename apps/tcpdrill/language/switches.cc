#include "apps/tcpdrill/language/switches.h"

namespace tcpstack::drill {

std::string describe(const Switches& switches) {
  std::string text;
  const auto add = [&](const char* word) {
    text += (text.empty() ? " (" : ", ") + std::string(word);
  };
  if (switches.psh == Psh::exact) add("psh=exact");
  if (switches.psh == Psh::lax) add("psh=lax");
  if (switches.any_window_scale) add("wscale=any");
  if (switches.any_option_order) add("option-order=any");
  return text.empty() ? text : text + ")";
}

}  // namespace tcpstack::drill
