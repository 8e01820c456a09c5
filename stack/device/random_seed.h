// The seed of a run that nobody can guess.
#pragma once

#include "stack/base/seed.h"

namespace tcpstack::device {

// Draws 256 bits from the operating system. Throws std::system_error.
base::Seed random_seed();

}  // namespace tcpstack::device
