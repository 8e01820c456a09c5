// The settings of the HTTP services, from the command line and from tests.
#pragma once

#include <chrono>
#include <filesystem>

#include "stack/wire/address.h"

namespace tcpstack::app {

struct HttpOptions {
  Address address{};                  // ours, for a new certificate
  std::filesystem::path folder;       // whose files are served; empty: none
  std::filesystem::path certificate;  // of https (certificate.h); empty: the default place
  std::chrono::milliseconds idle_time = std::chrono::seconds(30);  // between requests, for a part
  std::chrono::milliseconds head_time = std::chrono::seconds(10);  // for a request
};

}  // namespace tcpstack::app
