// Descriptors 0 to 2, which every program takes for its input, its output and its messages.
#pragma once

namespace tcpstack::app {

// Opens /dev/null in the place of each that is closed (`2>&-`). Otherwise the next file that the program opens, a capture
// or the device, would be the one that messages are written into. Call it first of all.
void secure_standard_descriptors();

}  // namespace tcpstack::app
