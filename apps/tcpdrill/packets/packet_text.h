// Packets in the one notation, in the form of a script:
//
//   < P. 1:1001(1000) ack 1 win 257 <nop,nop,TS val 100 ecr 7>
#pragma once

#include <string>

#include "apps/tcpdrill/language/script.h"

namespace tcpstack::drill {

std::string to_text(const Packet& packet);
std::string to_text(const TcpSpec& tcp);
std::string to_text(const wire::ControlBits& control);
// "mss 1460,nop,wscale 7", without the angle brackets.
std::string to_text(const std::vector<Option>& options);

}  // namespace tcpstack::drill
