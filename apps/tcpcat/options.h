// The command line of tcpcat, checked. Parsing prints nothing and ends nothing.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "apps/common/stack_options.h"
#include "stack/base/time.h"
#include "stack/wire/address.h"

namespace tcpstack::cat {

struct Options : app::StackOptions {
  bool listen = false;                           // wait for one connection instead of opening one
  bool udp = false;                              // datagrams instead of a connection
  bool only_check = false;                       // is the port open? Nothing is sent
  bool hex = false;                              // print what comes as a hex dump
  bool verbose = false;                          // say on standard error what happens
  Duration patience = std::chrono::seconds(10);  // how long an open may take
  Duration silence =
      std::chrono::seconds(1);  // of UDP: when nothing has come for so long, it is over
  Endpoint remote;              // whom to open a connection to
  std::uint16_t port = 0;       // ours; 0: an ephemeral one
};

// `arguments` without the program's name.
std::expected<Options, app::Answer> parse_options(const std::vector<std::string>& arguments);

}  // namespace tcpstack::cat
