// The page about the connection that carries it: the agreed options, the round-trip time, the windows, the segments
// so far.
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
  std::string_view meaning;  // for people, with the RFC if there is one
};

std::vector<Fact> connection_facts(const Endpoint& local, const Endpoint& remote,
                                   const tcp::TcpInfo& info);

// Whole documents.
std::string connection_html(const std::vector<Fact>& facts);
std::string connection_json(const std::vector<Fact>& facts);

}  // namespace tcpstack::app
