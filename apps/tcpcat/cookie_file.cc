#include "apps/tcpcat/cookie_file.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

namespace tcpstack::cat {

namespace {

constexpr const char* kHead =
    "# Fast Open cookies (RFC 7413 4.1.3): our address, the server's, its MSS, the cookie, the "
    "form\n";
constexpr const char* kStandard = "standard";
constexpr const char* kExperimental = "experimental";

// RFC 7413 section 4.1.1: 4 to 16 bytes, an even number.
std::optional<wire::FastOpenCookie> parse_cookie(const std::string& hex) {
  if (hex.size() < 8 || hex.size() > 32 || hex.size() % 4 != 0) return std::nullopt;
  wire::FastOpenCookie cookie;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    std::uint8_t byte = 0;
    const char* const end = &hex[i] + 2;
    const auto [stop, error] = std::from_chars(&hex[i], end, byte, 16);
    if (error != std::errc() || stop != end) return std::nullopt;
    cookie.push_back(byte);
  }
  return cookie;
}

[[noreturn]] void fail(const std::filesystem::path& path) {
  throw std::system_error(errno, std::system_category(), path.string());
}

void write_all(int descriptor, const std::string& text, const std::filesystem::path& path) {
  const ssize_t written = ::write(descriptor, text.data(), text.size());
  const bool is_written = written == static_cast<ssize_t>(text.size());
  const int error = written < 0 ? errno : ENOSPC;
  const bool is_closed = ::close(descriptor) == 0;
  if (!is_written) errno = error;
  if (!is_written || !is_closed) fail(path);
}

}  // namespace

CookieFile::CookieFile(std::filesystem::path path) : path_(std::move(path)) {
  std::ifstream in(path_);
  for (std::string text; std::getline(in, text);) {
    if (auto line = parse(text)) lines_.push_back(*std::move(line));
  }
}

std::optional<CookieFile::Line> CookieFile::parse(const std::string& text) {
  std::istringstream words(text);
  std::string client;
  std::string server;
  std::string hex;
  std::string form;
  Line line;
  if (!(words >> client >> server >> line.known.mss >> hex >> form)) return std::nullopt;
  const auto ours = Address::parse(client);
  const auto theirs = Address::parse(server);
  const auto cookie = parse_cookie(hex);
  if (!ours || !theirs || !cookie || (form != kStandard && form != kExperimental))
    return std::nullopt;
  line.client = *ours;
  line.known.server = *theirs;
  line.known.cookie = *cookie;
  line.known.experimental = form == kExperimental;
  return line;
}

std::optional<tcp::KnownCookie> CookieFile::find(Address client, Address server) const {
  const auto found = std::ranges::find_if(lines_, [&](const Line& line) {
    return line.client == client && line.known.server == server;
  });
  return found == lines_.end() ? std::nullopt : std::optional(found->known);
}

void CookieFile::keep(Address client, Address server,
                      const std::optional<tcp::KnownCookie>& cookie) {
  if (find(client, server) == cookie) return;
  std::erase_if(lines_, [&](const Line& line) {
    return line.client == client && line.known.server == server;
  });
  if (cookie) lines_.push_back({client, *cookie});
  if (lines_.size() > kMost) lines_.erase(lines_.begin());
  write();
}

// Under another name first: another tcpcat may read at the same time.
void CookieFile::write() const {
  if (path_.has_parent_path()) std::filesystem::create_directories(path_.parent_path());
  std::string text = kHead;
  for (const Line& line : lines_) {
    const tcp::KnownCookie& known = line.known;
    text += fmt::format("{} {} {} {:02x} {}\n", line.client.to_string(), known.server.to_string(),
                        known.mss, fmt::join(known.cookie, ""),
                        known.experimental ? kExperimental : kStandard);
  }
  const std::string made = fmt::format("{}.{}", path_.string(), ::getpid());
  const int descriptor = ::open(made.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) fail(path_);
  try {
    write_all(descriptor, text, path_);
    std::filesystem::rename(made, path_);
  } catch (const std::system_error&) {
    std::error_code ignored;
    std::filesystem::remove(made, ignored);
    throw;
  }
}

}  // namespace tcpstack::cat
