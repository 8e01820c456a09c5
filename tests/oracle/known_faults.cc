// See known_faults.h.
#include "tests/oracle/known_faults.h"

namespace tcpstack::oracle {

const std::vector<KnownFault>& known_faults() {
  static const std::vector<KnownFault> none;
  return none;
}

}  // namespace tcpstack::oracle
