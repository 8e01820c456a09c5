// What the HTTP services are told by the command line and by tests.
#pragma once

#include <chrono>
#include <filesystem>

#include "stack/wire/address.h"

namespace tcpstack::app {

struct HttpOptions {
  Address address{};                  // ours: whom a new certificate is for
  std::filesystem::path folder;       // whose files are given out; empty: none
  std::filesystem::path certificate;  // of https (certificate.h); empty: at its default place
  std::chrono::milliseconds idle_time = std::chrono::seconds(30);  // between requests, for a part
  std::chrono::milliseconds head_time = std::chrono::seconds(10);  // for a request
};

}  // namespace tcpstack::app
