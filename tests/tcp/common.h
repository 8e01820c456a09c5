// Rows that hold in every synchronized state, with that state's SND.NXT and RCV.NXT: RFC 9293 3.10.7.4,
// first to fifth. The files of the states have what is different from one to the next.
#pragma once

#include "tests/tcp/table.h"

namespace tcpstack::test {

struct Place {
  std::string state;      // "FIN_WAIT_1"
  std::uint32_t snd_nxt;  // relative numbers
  std::uint32_t rcv_nxt;
  std::uint32_t right;  // RCV.NXT + RCV.WND
};

// Segments that are dropped and answered with an ACK, or silently, and leave the state as it is.
std::vector<Row> unmoved(const Place& place);

// RST at RCV.NXT ends the connection, and the user gets `error`.
std::vector<Row> reset(const Place& place, const std::string& error);

}  // namespace tcpstack::test
