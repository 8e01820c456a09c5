// The Fast Open cookies of servers (RFC 7413 section 4.1.3), kept in a file from one run to the next: a program with one
// connection would otherwise never use the cookie that it gets.
//
// Each line has our address, the server's, its MSS, the cookie, and the form of the server's option. Anybody who reads a
// cookie can send text in our name (section 5), so the file is for its owner only.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "stack/tcp/fast_open.h"
#include "stack/wire/address.h"

namespace tcpstack::cat {

class CookieFile {
 public:
  // Servers, at most; a new one replaces the oldest.
  static constexpr std::size_t kMost = 1024;

  // Reads the file, if there is one. Lines that it does not understand are left out.
  explicit CookieFile(std::filesystem::path path);

  // Section 4.1.3: cookies depend on both addresses.
  [[nodiscard]] std::optional<tcp::KnownCookie> find(Address client, Address server) const;

  // Writes the file again with this cookie of `server`, or without one, if that is a change. Makes its folder. Throws
  // std::system_error, which names the file.
  void keep(Address client, Address server, const std::optional<tcp::KnownCookie>& cookie);

 private:
  struct Line {
    Address client;
    tcp::KnownCookie known;
    bool operator==(const Line&) const = default;
  };
  static std::optional<Line> parse(const std::string& text);
  void write() const;

  std::filesystem::path path_;
  std::vector<Line> lines_;  // oldest first
};

}  // namespace tcpstack::cat
