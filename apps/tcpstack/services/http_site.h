// The answers of the HTTP services, without their transport: requests to answers, HTTP semantics of RFC 9110.
//
//   /                  the page about the connection, or the same as JSON if that is what the client accepts
//   /connection.json   the same as JSON
//   everything else    a file of the folder, if there is one
//
// http_session.h sends files in parts, so a large file costs no memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "apps/tcpstack/services/connection_page.h"

namespace tcpstack::app {

using HttpRequest = boost::beast::http::request<boost::beast::http::string_body>;
using HttpResponse = boost::beast::http::response<boost::beast::http::string_body>;

struct HttpAnswer {
  struct Part {
    std::filesystem::path file;
    std::uint64_t first = 0;
    std::uint64_t size = 0;
  };
  HttpResponse response;
  std::optional<Part> body;  // instead of the response's own
};

// `folder` may be empty: then no files are served.
HttpAnswer http_answer(const HttpRequest& request, const std::filesystem::path& folder,
                       const std::vector<Fact>& facts);

// The answer to a request that Beast could not read.
HttpAnswer http_failure(boost::beast::http::status status);

// The file that a target names. Returns nothing if there is none, if it is not a regular file, or if it is outside
// the folder, by ".." or by a symbolic link.
std::optional<std::filesystem::path> file_in(const std::filesystem::path& folder,
                                             std::string_view target);

}  // namespace tcpstack::app
