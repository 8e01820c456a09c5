// The command line of tcpstack, checked: whoever holds an Options need not doubt its values.
//
// Parsing prints nothing and ends nothing, so that tests can look at every message. What a value has
// to be is said in options.cc; what it does, in stack/config.h and --help.
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

// What services are told beside their ports.
struct ServiceOptions {
  bool print_once = false;  // print serves one client, and no other
  Duration lab_close_after =
      std::chrono::seconds(1);   // lab-close keeps its side open for so long ...
  unsigned lab_close_lines = 0;  // ... and sends so many lines meanwhile
  bool source_fast = false;      // chargen sends a constant buffer
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
