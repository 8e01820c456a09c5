// The command line of tcpcat, checked. Parsing prints nothing and ends nothing.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "apps/tcpstack/options.h"
#include "stack/base/time.h"
#include "stack/config.h"
#include "stack/wire/address.h"

namespace tcpstack::cat {

struct Options {
  std::string device = "tun0";
  Address host_address{0x0a000001};  // the kernel's end of the device
  unsigned prefix = 24;
  Config stack;                                  // our address
  bool listen = false;                           // wait for one connection instead of opening one
  bool only_check = false;                       // is the port open? Nothing is sent
  bool hex = false;                              // print what comes as a hex dump
  bool verbose = false;                          // say on standard error what happens
  Duration patience = std::chrono::seconds(10);  // how long an open may take
  Endpoint remote;                               // whom to open a connection to
  std::uint16_t port = 0;                        // to listen on
};

// `arguments` without the program's name.
std::expected<Options, app::Answer> parse_options(const std::vector<std::string>& arguments);

}  // namespace tcpstack::cat
