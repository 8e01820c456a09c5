// The known faults: tcpstack differs from the RFCs, and should not.
//
// A row excuses the cases that meet its condition, in the worlds that it names. The number of cases is exact: the test
// fails when the stack does better (lower the number, or remove the row) and when it does worse.
#pragma once

#include <vector>

#include "tests/oracle/model.h"

namespace tcpstack::oracle {

struct Excused {
  const char* world;
  int cases;
};

struct KnownFault {
  const char* what;
  const char* expected;  // by the text, with its clause
  bool (*condition)(const Connection& before, const Segment& segment, const Outcome& expected,
                    const Outcome& got);
  std::vector<Excused> excused;
};

const std::vector<KnownFault>& known_faults();

}  // namespace tcpstack::oracle
