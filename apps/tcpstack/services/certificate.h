// A self-signed certificate for the https service, made once and kept in a file: a browser that trusts it once
// trusts it at the next start, too.
#pragma once

#include <filesystem>
#include <string>

namespace tcpstack::app {

struct Certificate {
  std::string pem;  // the private key, and the certificate
};

// A new certificate: P-256, for ten years, for this IPv4 address (RFC 5280). Throws std::runtime_error.
Certificate make_certificate(const std::string& address);

// Reads the file. If it does not exist, makes a certificate and writes it for its owner only (mode 0600), with the
// folder of the file. Throws std::system_error if it can be neither read nor written.
Certificate kept_certificate(const std::filesystem::path& file, const std::string& address);

// In the folder that state_folder.h describes.
std::filesystem::path default_certificate_file();

}  // namespace tcpstack::app
