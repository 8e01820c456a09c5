#include "apps/tcpstack/services/http_site.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <system_error>
#include <utility>

#include <boost/beast/http/field.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/verb.hpp>
#include <fmt/format.h>

#include "apps/tcpstack/services/http_range.h"

namespace tcpstack::app {

namespace http = boost::beast::http;
namespace fs = std::filesystem;

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kMediaTypes{{
    {".html", "text/html; charset=utf-8"},
    {".txt", "text/plain; charset=utf-8"},
    {".md", "text/markdown; charset=utf-8"},
    {".css", "text/css"},
    {".js", "text/javascript"},
    {".json", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".gif", "image/gif"},
    {".pdf", "application/pdf"},
    {".pcapng", "application/vnd.tcpdump.pcap"},
}};

std::string_view media_type(const fs::path& file) {
  const std::string extension = file.extension().string();
  const auto* const found =
      std::ranges::find(kMediaTypes, extension, [](const auto& each) { return each.first; });
  return found == kMediaTypes.end() ? "application/octet-stream" : found->second;
}

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

HttpAnswer text_answer(http::status status, std::string_view type, std::string text) {
  HttpAnswer answer;
  answer.response.result(status);
  answer.response.set(http::field::server, "tcpstack");
  answer.response.set(http::field::content_type, type);
  answer.response.body() = std::move(text);
  answer.response.prepare_payload();
  return answer;
}

HttpAnswer plain_failure(http::status status) {
  return text_answer(status, "text/plain",
                     fmt::format("{} {}\n", static_cast<unsigned>(status),
                                 std::string_view(http::obsolete_reason(status))));
}

bool is_unchanged(const HttpRequest& request, std::time_t modified) {
  const auto since = parse_http_date(request[http::field::if_modified_since]);
  return since && modified <= *since;  // RFC 9110 section 13.1.3
}

// RFC 9110 section 14.
void answer_range(const HttpRequest& request, std::uint64_t size, HttpAnswer& answer) {
  HttpResponse& response = answer.response;
  response.set(http::field::accept_ranges, "bytes");
  const auto range = parse_range(request[http::field::range], size);
  if (!range) {
    response.result(http::status::range_not_satisfiable);
    response.set(http::field::content_range, fmt::format("bytes */{}", size));
    answer.body.reset();
    response.content_length(0);
    return;
  }
  if (*range) {
    response.result(http::status::partial_content);
    response.set(http::field::content_range,
                 fmt::format("bytes {}-{}/{}", (*range)->first, (*range)->last, size));
    answer.body->first = (*range)->first;
    answer.body->size = (*range)->size();
  }
  response.content_length(answer.body->size);
}

HttpAnswer file_answer(const HttpRequest& request, const fs::path& file) {
  std::error_code ec;
  const std::uint64_t size = fs::file_size(file, ec);
  const auto written = fs::last_write_time(file, ec);
  if (ec) return plain_failure(http::status::not_found);
  const std::time_t modified =
      std::chrono::system_clock::to_time_t(std::chrono::file_clock::to_sys(written));
  HttpAnswer answer;
  answer.response.result(http::status::ok);
  answer.response.set(http::field::server, "tcpstack");
  answer.response.set(http::field::last_modified, http_date(modified));
  if (is_unchanged(request, modified)) {
    answer.response.result(http::status::not_modified);
    return answer;
  }
  answer.response.set(http::field::content_type, media_type(file));
  answer.body = HttpAnswer::Part{file, 0, size};
  answer_range(request, size, answer);
  return answer;
}

HttpAnswer found_answer(const HttpRequest& request, const fs::path& folder,
                        const std::vector<Fact>& facts) {
  const std::string_view path = path_of(request.target());
  const std::string_view accepted = request[http::field::accept];
  if (path == "/connection.json" || (path == "/" && accepted.starts_with("application/json"))) {
    return text_answer(http::status::ok, "application/json", connection_json(facts));
  }
  if (path == "/") {
    return text_answer(http::status::ok, "text/html; charset=utf-8", connection_html(facts));
  }
  const auto file = file_in(folder, path);
  return file ? file_answer(request, *file) : plain_failure(http::status::not_found);
}

// RFC 9112 section 3.2: "A server MUST respond with a 400 (Bad Request) status code to any HTTP/1.1 request message that
// lacks a Host header field and to any request message that contains more than one Host header field line".
bool names_its_host(const HttpRequest& request) {
  const std::size_t hosts = request.count(http::field::host);
  return hosts == 1 || (hosts == 0 && request.version() < 11);
}

HttpAnswer answer_to(const HttpRequest& request, const fs::path& folder,
                     const std::vector<Fact>& facts) {
  if (!names_its_host(request)) return plain_failure(http::status::bad_request);
  if (request.method() == http::verb::get || request.method() == http::verb::head)
    return found_answer(request, folder, facts);
  HttpAnswer answer = plain_failure(http::status::method_not_allowed);
  answer.response.set(http::field::allow, "GET, HEAD");
  return answer;
}

}  // namespace

std::optional<fs::path> file_in(const fs::path& folder, std::string_view target) {
  const auto decoded = percent_decoded(target);
  if (folder.empty() || !decoded || !decoded->starts_with('/')) return std::nullopt;
  std::error_code ec;
  const fs::path root = fs::canonical(folder, ec);
  if (ec) return std::nullopt;
  const fs::path file = fs::canonical(root / decoded->substr(1), ec);
  if (ec || !fs::is_regular_file(file, ec)) return std::nullopt;
  // The file's real path, after all links and dots, must be below the folder.
  const auto [end, rest] = std::ranges::mismatch(root, file);
  return end == root.end() ? std::optional(file) : std::nullopt;
}

HttpAnswer http_answer(const HttpRequest& request, const fs::path& folder,
                       const std::vector<Fact>& facts) {
  HttpAnswer answer = answer_to(request, folder, facts);
  answer.response.version(request.version());
  answer.response.keep_alive(request.keep_alive());
  return answer;
}

HttpAnswer http_failure(http::status status) {
  HttpAnswer answer = plain_failure(status);
  answer.response.keep_alive(false);
  return answer;
}

}  // namespace tcpstack::app
