// The command line of tcpstack. The values of an Options are checked.
//
// Parsing prints nothing and ends nothing, so that tests can look at every message. options.cc has the limits of
// each value; stack/config.h and --help describe its effect.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "apps/common/stack_options.h"
#include "apps/tcpstack/service_list.h"
#include "apps/tcpstack/services/http_options.h"
#include "stack/base/time.h"

namespace tcpstack::app {

enum class LogLevel : std::uint8_t { trace, debug, info, warn, error, off };
enum class LogFormat : std::uint8_t { text, json };

// The settings of services beside their ports.
struct ServiceOptions {
  bool print_once = false;                             // print serves one client, and no other
  Duration lab_close_after = std::chrono::seconds(1);  // how long lab-close keeps its side open
  unsigned lab_close_lines = 0;                        // the lines that it sends in that time
  bool source_fast = false;                            // chargen sends a constant buffer
  // Over UDP chargen answers ten times what it receives, to whatever address the datagram names as its sender.
  bool chargen_datagrams = false;
  HttpOptions http;
};

struct Options : StackOptions {
  std::vector<ServiceRequest> services;
  ServiceOptions service;
  std::string capture;  // a file's name, "-": standard output; empty: no capture
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::text;
};

// `arguments` without the program's name.
std::expected<Options, Answer> parse_options(const std::vector<std::string>& arguments);

}  // namespace tcpstack::app
