// The deliberate departures of tcpstack from the text of the RFCs, as far as one segment shows them.
//
// docs/departures.md has all departures with their reasons. A row here changes what the model (model.h) expects, under
// its condition. A row that changes nothing makes the test fail.
#pragma once

#include <vector>

#include "tests/oracle/model.h"

namespace tcpstack::oracle {

struct Departure {
  const char* what;
  const char* clause;  // the rule it departs from, and the rule it follows
  bool (*applies)(const Connection& before, const Segment& segment);
  // `got` is for numbers that the stack is free to choose.
  void (*instead)(const Connection& before, const Segment& segment, const Outcome& got,
                  Outcome& expected);
};

const std::vector<Departure>& departures();

}  // namespace tcpstack::oracle
