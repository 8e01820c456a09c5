#include "apps/common/command_line.h"

#include <cstring>

namespace tcpstack::app {

CLI::Option* add(CLI::App& app, const char* name, std::function<void(const std::string&)> read,
                 const char* placeholder, const std::string& help) {
  return app.add_option_function<std::string>(name, std::move(read), help)->type_name(placeholder);
}

CLI::Option* add_time(CLI::App& app, const char* name, Duration& place, Duration low, Duration high,
                      const std::string& help) {
  const char* const comma = std::strrchr(name, ',');  // "-w,--wait"
  const char* const long_name = comma == nullptr ? name : comma + 1;
  const auto read = [long_name, &place, low, high](const std::string& text) {
    place = take(long_name, text, parse_duration(text, low, high));
  };
  return add(app, name, read, "TIME", help);
}

CLI::Option* add_repeatable(CLI::App& app, const char* name,
                            std::function<void(const std::vector<std::string>&)> read,
                            const char* placeholder, const std::string& help) {
  return app.add_option_function<std::vector<std::string>>(name, std::move(read), help)
      ->type_name(placeholder)
      ->allow_extra_args(false);
}

namespace {

void add_faults(CLI::App& app, StackOptions& options) {
  const auto faults = [&](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      options.faults.push_back(take("--fault", text, parse_fault(text)));
    }
  };
  add_repeatable(
      app, "--fault", faults, "WHAT",
      "Repeatable: 'drop data #2 out', 'duplicate synack', 'delay ack 300ms', 'hold fin',\n"
      "'corrupt #5 in', 'drop every rst'; by chance (see --seed): 'loss 3%',\n"
      "'reorder 5% 10ms', 'duplicate 1%', 'corrupt 0.1%'; 'rate 10mbit queue 50';\n"
      "each in, out or [both]")
      ->group("Faults");
}

}  // namespace

void add_link_options(CLI::App& app, StackOptions& options) {
  const auto address = [&](const std::string& text) {
    options.stack.ip.address = take("--address", text, parse_host(text));
  };
  const auto host = [&](const std::string& text) {
    const auto network = take("--host-address", text, parse_network(text));
    options.host_address = network.address;
    options.prefix = network.prefix;
    options.stack.ip.prefix = static_cast<std::uint8_t>(network.prefix);
  };
  const auto mtu = [&](const std::string& text) {
    options.stack.ip.mtu =
        static_cast<std::uint16_t>(take("--mtu", text, parse_number(text, 68, 65535)));
    options.mtu_given = true;
  };
  const std::string group = "Link";
  add(app, "--address", address, "ADDRESS", "Ours [10.0.0.2]")->group(group);
  add(app, "--host-address", host, "ADDRESS/PREFIX", "The kernel's address on DEVICE [10.0.0.1/24]")
      ->group(group);
  add(app, "--mtu", mtu, "BYTES", "The largest IP packet, 68 to 65535 [1500]")->group(group);
  app.add_flag_callback(
         "--no-configure", [&] { options.configure = false; },
         "Only open DEVICE, which has its address and is up")
      ->group(group);
  app.add_flag_callback(
         "--no-io-uring", [&] { options.io_uring = false; },
         "One system call for each packet; valgrind does not know io_uring")
      ->group(group);
  add_faults(app, options);
}

void check_link(const StackOptions& options) {
  if (!options.configure) return;
  const std::string why =
      why_not_neighbours(options.stack.ip.address, {options.host_address, options.prefix});
  if (!why.empty()) throw CLI::ValidationError("--address", why);
}

std::optional<Answer> parse(CLI::App& app, const std::vector<std::string>& arguments,
                            const std::function<void()>& check) {
  const std::string name = app.get_name();
  app.set_version_flag("--version", name + " " TCPSTACK_VERSION, "Print the version")
      ->group("Other");
  app.set_help_flag("-h,--help", "This text")->group("Other");
  try {
    // CLI11 takes the arguments last one first.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    check();
  } catch (const CLI::CallForHelp&) {
    return Answer{0, app.help()};
  } catch (const CLI::CallForVersion& version) {
    return Answer{0, fmt::format("{}\n", version.what())};
  } catch (const CLI::ParseError& error) {
    return Answer{2, fmt::format("{}: {} (see {} --help)\n", name, error.what(), name)};
  }
  return std::nullopt;
}

}  // namespace tcpstack::app
