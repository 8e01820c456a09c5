#include "apps/tcpstack/banner.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "apps/tcpstack/counts.h"
#include "apps/tcpstack/service_list.h"

namespace tcpstack::app {
namespace {

namespace json = boost::json;

// Commands to copy, each with its effect.
std::string suggestions(const Options& options) {
  const std::string ours = options.stack.ip.address.to_string();
  std::string text = "Try, in another terminal:\n";
  const auto suggest = [&](const std::string& command, std::string_view effect) {
    text += fmt::format("  {:<26}  {}\n", command, effect);
  };
  if (!options.services.empty()) {
    suggest(fmt::format("nc {} {}", ours, options.services.front().port),
            "a conversation with " + options.services.front().name);
  }
  suggest("ping " + ours, "ICMP echo, answered by this program");
  suggest("wireshark -k -i " + options.device, "both ends of each connection");
  return text;
}

std::string text_banner(const Options& options) {
  std::string text =
      fmt::format("tcpstack {}: {} on {}, MTU {}", TCPSTACK_VERSION,
                  options.stack.ip.address.to_string(), options.device, options.stack.ip.mtu);
  if (options.seed) text += fmt::format(", seed {}", *options.seed);  // a drawn one is a secret
  if (options.configure) {
    text += fmt::format("; the kernel's end is {}/{}", options.host_address.to_string(),
                        options.prefix);
  }
  text += '\n';
  for (const ServiceRequest& service : options.services) {
    const ServiceDescription* const known = find_service(service.name);
    text += fmt::format("  port {:>5}  {:<9} {}\n", service.port, service.name,
                        known == nullptr ? "" : known->summary);
  }
  if (!options.capture.empty()) text += fmt::format("  capture     {}\n", options.capture);
  return text + suggestions(options) +
         "Enter prints the connections, ? prints all commands.\n"
         "Ctrl-C closes every connection in order; a second one stops at once.\n"
         "ready on " +
         options.device + "\n\n";
}

std::string json_banner(const Options& options) {
  json::array services;
  for (const ServiceRequest& service : options.services) {
    services.push_back(json::object{{"name", service.name}, {"port", service.port}});
  }
  json::object ready{{"event", "ready"},
                     {"version", TCPSTACK_VERSION},
                     {"device", options.device},
                     {"address", options.stack.ip.address.to_string()},
                     {"mtu", options.stack.ip.mtu},
                     {"services", services}};
  if (options.seed) ready["seed"] = *options.seed;
  return json::serialize(ready) + "\n";
}

std::string text_summary(const Counters& counters, std::uint64_t lost) {
  std::string text = fmt::format(
      "\n{} segments in, {} out, {} of them retransmitted; {} packets in, {} out\n",
      counters.segments_received, counters.segments_sent, counters.segments_retransmitted,
      counters.packets_received, counters.packets_sent);
  if (lost != 0) text += fmt::format("{} packets lost: the device had no room\n", lost);
  return text + short_counter_table(counters) + short_drop_table(counters);
}

std::string json_summary(const Counters& counters, std::uint64_t lost) {
  json::object all{{"event", "summary"}, {"packets_lost", lost}};
  for (const auto& [name, value] : counters_as_json(counters)) all[name] = value;
  all["drops"] = drops_as_json(counters);
  return json::serialize(all) + "\n";
}

}  // namespace

std::string banner(const Options& options) {
  return options.log_format == LogFormat::json ? json_banner(options) : text_banner(options);
}

std::string summary(const Options& options, const Counters& counters, std::uint64_t lost) {
  return options.log_format == LogFormat::json ? json_summary(counters, lost)
                                               : text_summary(counters, lost);
}

}  // namespace tcpstack::app
