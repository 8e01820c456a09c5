// The page about the very connection that it comes over: what both sides have agreed on, how long a round trip takes,
// what the windows are, how many segments it took so far.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "stack/stack.h"
#include "stack/wire/address.h"

namespace tcpstack::app {

struct Fact {
  std::string_view name;  // in JSON
  boost::json::value value;
  std::string_view unit;     // may be empty
  std::string_view meaning;  // for people, with the RFC where there is one
};

std::vector<Fact> connection_facts(const Endpoint& local, const Endpoint& remote,
                                   const tcp::TcpInfo& info);

// A whole document each.
std::string connection_html(const std::vector<Fact>& facts);
std::string connection_json(const std::vector<Fact>& facts);

}  // namespace tcpstack::app
