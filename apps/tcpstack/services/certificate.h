// A certificate that the https service signs itself, made once and kept in a file, so that a browser that has been told
// to trust it goes on doing so.
#pragma once

#include <filesystem>
#include <string>

namespace tcpstack::app {

struct Certificate {
  std::string pem;  // the private key, and the certificate
};

// A new one: P-256, for ten years, for this IPv4 address (RFC 5280). Throws std::runtime_error.
Certificate make_certificate(const std::string& address);

// The file's contents; a new one is made and written for its owner only (mode 0600) if there is none, with the folder
// that it is to be in. Throws std::system_error when it can be neither read nor written.
Certificate kept_certificate(const std::filesystem::path& file, const std::string& address);

// Where a user's programs keep such things: $XDG_STATE_HOME/tcpstack, ~/.local/state/tcpstack, or /var/lib/tcpstack.
std::filesystem::path default_certificate_file();

}  // namespace tcpstack::app
