// TCP options between the script's list and the bytes on the wire, in exactly the order and with exactly the
// padding of the script. (stack/wire/tcp_options.h keeps one order and no padding.)
#pragma once

#include <cstdint>
#include <vector>

#include "apps/tcpdrill/language/script.h"
#include "stack/base/bytes.h"

namespace tcpstack::drill {

// Padded with NOPs to whole words. Throws Unsupported if they do not fit into 40 bytes.
std::vector<std::uint8_t> option_bytes(const std::vector<Option>& options);

// Reads every option, NOPs included. Throws Mismatch if a length is illegal.
std::vector<Option> read_options(Bytes bytes);

}  // namespace tcpstack::drill
