// The command line of tcpcat, checked. Parsing prints nothing and ends nothing.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "apps/common/stack_options.h"
#include "stack/base/time.h"
#include "stack/wire/address.h"

namespace tcpstack::cat {

struct Options : app::StackOptions {
  bool listen = false;      // wait for one connection instead of opening one
  bool udp = false;         // datagrams instead of a connection
  bool only_check = false;  // is the port open? Sends no text
  bool hex = false;         // print the peer's bytes as a hex dump
  bool verbose = false;     // report events on standard error
  std::function<void(const std::string& event)>
      report;                                    // a line of --verbose; empty: nobody reads it
  Duration patience = std::chrono::seconds(10);  // longest time for an open
  Duration silence = std::chrono::seconds(1);    // of UDP: a silence that ends the conversation
  std::filesystem::path cookies;                 // file of Fast Open cookies; empty: the user's own
  Endpoint remote;                               // the peer of an active open
  std::uint16_t port = 0;                        // our port; 0: an ephemeral one
};

// `arguments` without the program's name.
std::expected<Options, app::Answer> parse_options(const std::vector<std::string>& arguments);

}  // namespace tcpstack::cat
