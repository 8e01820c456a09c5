#include "apps/tcpdrill/run/setup.h"

#include <charconv>

#include <fmt/format.h>

#include "apps/tcpdrill/language/problem.h"
#include "apps/tcpdrill/run/commands.h"

namespace tcpstack::drill {
namespace {

std::int64_t number_of(const ScriptOption& option) {
  std::int64_t number = 0;
  const char* const end = option.value.data() + option.value.size();
  const auto [stopped, error] = std::from_chars(option.value.data(), end, number);
  if (error != std::errc{} || stopped != end || number < 0)
    throw Malformed(option.offset, fmt::format("--{}=N, a whole number", option.name));
  return number;
}

Address address_of(const ScriptOption& option) {
  const auto address = Address::parse(option.value);
  if (!address) throw Malformed(option.offset, fmt::format("--{}=A.B.C.D", option.name));
  return *address;
}

Psh psh_of(const ScriptOption& option) {
  if (option.value == "exact") return Psh::exact;
  if (option.value == "linux") return Psh::with_linux;
  if (option.value == "lax") return Psh::lax;
  throw Malformed(option.offset, "--psh=exact, --psh=linux or --psh=lax");
}

void require(const ScriptOption& option, std::string_view value) {
  if (option.value != value)
    throw Unsupported(fmt::format("--{}={}", option.name, option.value), option.offset);
}

// The runner's own switches.
bool apply_switch(const ScriptOption& option, Switches& switches) {
  if (option.name == "psh") {
    switches.psh = psh_of(option);
  } else if (option.name == "wscale") {
    require(option, "any");
    switches.any_window_scale = true;
  } else if (option.name == "option-order") {
    require(option, "any");
    switches.any_option_order = true;
  } else if (option.name == "unread") {
    require(option, "fail");
    switches.unread_fails = true;
  } else {
    return false;
  }
  return true;
}

void apply(const ScriptOption& option, Setup& setup) {
  if (apply_switch(option, setup.switches)) return;
  if (option.name == "tolerance_usecs") {
    setup.switches.tolerance = Duration(number_of(option));
  } else if (option.name == "tcp_ts_tick_usecs") {
    setup.switches.timestamp_tick_usecs = number_of(option);
  } else if (option.name == "strict_segments") {
    setup.switches.strict_segments = true;
  } else if (option.name == "local_ip") {
    setup.addresses.local = address_of(option);
  } else if (option.name == "remote_ip") {
    setup.addresses.remote = address_of(option);
  } else if (option.name == "ip_version") {
    require(option, "ipv4");
  } else if (option.name == "mtu") {
    setup.mtu = static_cast<std::uint16_t>(number_of(option));
  } else if (option.name == "syn-text") {
    require(option, "keep");
    setup.keeps_text_of_syn = true;
  } else if (option.name == "mss") {
    // The segment size of super-segments; our segments are never larger than the MSS.
    (void)number_of(option);
  } else if (option.name != "tolerance_percent" && option.name != "non_fatal" &&
             option.name != "send_omit_free") {  // packetdrill's own buffers
    throw Unsupported("--" + option.name, option.offset);
  }
}

}  // namespace

Setup set_up(const Script& script, const Switches& switches) {
  Setup setup{.sysctls = default_sysctls(), .addresses = {}, .switches = switches};
  for (const ScriptOption& option : script.options) apply(option, setup);
  if (script.preamble) {
    const auto own = sysctls_of(std::get<Command>(script.preamble->what).text, script.name);
    setup.sysctls.insert(setup.sysctls.end(), own.begin(), own.end());
  }
  return setup;
}

}  // namespace tcpstack::drill
