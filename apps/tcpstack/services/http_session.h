// HTTP/1.1 with one client, over a stream: a socket, or TLS on top of one. http_site.h makes the answers.
//
// A client can neither hold its resources for ever nor make them large. The limits: kIdleTime between requests and
// for each part of an answer, kHeadTime for a request, kLargestHead and kLargestBody for its size.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/write.hpp>
#include <spdlog/spdlog.h>

#include "apps/tcpstack/services/chat_text.h"
#include "apps/tcpstack/services/deadline.h"
#include "apps/tcpstack/services/http_options.h"
#include "apps/tcpstack/services/http_site.h"

namespace tcpstack::app {

template <typename Stream>
class HttpSession {
 public:
  using error_code = runtime::error_code;
  template <typename T>
  using awaitable = boost::asio::awaitable<T>;

  // `stream` is `socket`, or a layer over it.
  HttpSession(Stream& stream, runtime::socket& socket, const HttpOptions& options,
              std::vector<Fact> more_facts = {})
      : stream_(stream),
        socket_(socket),
        options_(options),
        more_facts_(std::move(more_facts)),
        client_(socket.status().remote.to_string()),
        deadline_(socket) {}

  // Runs until the client closes, or its time is over.
  awaitable<void> run() {
    for (bool again = true; again;) {
      if (!co_await wait_for_request()) break;
      Parser parser;
      parser.header_limit(kLargestHead);
      parser.body_limit(kLargestBody);
      deadline_.in(options_.head_time);
      error_code ec;
      co_await boost::beast::http::async_read(stream_, buffer_, parser, redirect(ec));
      again = ec ? co_await refuse(ec) : co_await answer(parser.get());
    }
    if (deadline_.is_over()) spdlog::info("http: {} took too long", client_);
  }

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  using Serializer = boost::beast::http::response_serializer<boost::beast::http::string_body>;

  static constexpr std::uint32_t kLargestHead = 8192;
  static constexpr std::uint64_t kLargestBody = 65536;

  static auto redirect(error_code& ec) {
    return boost::asio::redirect_error(boost::asio::use_awaitable, ec);
  }

  // The status for a client that can still be reached.
  static std::optional<boost::beast::http::status> status_of(error_code ec) {
    using boost::beast::http::error;
    using boost::beast::http::status;
    if (ec.category() != make_error_code(error::end_of_stream).category()) return std::nullopt;
    if (ec == error::end_of_stream || ec == error::partial_message) return std::nullopt;
    if (ec == error::header_limit) return status::request_header_fields_too_large;
    if (ec == error::body_limit) return status::payload_too_large;
    return status::bad_request;
  }

  // Waits for the first bytes of a request. Returns false if the client has gone, or was silent for too long.
  awaitable<bool> wait_for_request() {
    if (buffer_.size() > 0) co_return true;
    deadline_.in(options_.idle_time);
    error_code ec;
    const std::size_t size = co_await stream_.async_read_some(buffer_.prepare(4096), redirect(ec));
    buffer_.commit(size);
    co_return !ec;
  }

  awaitable<bool> answer(const HttpRequest& request) {
    const auto info = socket_.tcp_info();
    auto facts = connection_facts(socket_.status().local, socket_.status().remote, info);
    std::ranges::copy(more_facts_, std::back_inserter(facts));
    HttpAnswer answer = http_answer(request, options_.folder, facts);
    spdlog::info("http: {} {} {} {}", client_, std::string_view(request.method_string()),
                 printable(request.target()), answer.response.result_int());
    const bool is_head = request.method() == boost::beast::http::verb::head;
    co_return co_await send(answer, is_head) && answer.response.keep_alive();
  }

  // Beast's error: the client has sent no HTTP, or too much of it. It gets an answer, and some time to read it:
  // closing with its text unread would reset the connection.
  awaitable<bool> refuse(error_code ec) {
    spdlog::info("http: {}: {}", client_, ec.message());
    const auto status = status_of(ec);
    if (!status) co_return false;
    HttpAnswer answer = http_failure(*status);
    if (!co_await send(answer, false)) co_return false;
    socket_.shutdown(runtime::socket::shutdown_send, ec);
    std::array<char, 4096> ignored{};
    for (std::size_t left = kLargestBody; !ec && left > 0;) {
      left -= std::min(
          left, co_await socket_.async_read_some(boost::asio::buffer(ignored), redirect(ec)));
    }
    co_return false;
  }

  // Returns false if the client has gone.
  awaitable<bool> send(HttpAnswer& answer, bool head_only) {
    deadline_.in(options_.idle_time);
    error_code ec;
    Serializer serializer(answer.response);
    if (head_only || answer.body) {
      co_await boost::beast::http::async_write_header(stream_, serializer, redirect(ec));
    } else {
      co_await boost::beast::http::async_write(stream_, serializer, redirect(ec));
    }
    if (!ec && answer.body && !head_only) co_return co_await send_part(*answer.body);
    co_return !ec;
  }

  awaitable<bool> send_part(HttpAnswer::Part part) {
    std::ifstream file(part.file, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(part.first));
    std::string text(65536, '\0');
    while (part.size > 0) {
      const auto wanted = std::min<std::uint64_t>(part.size, text.size());
      file.read(text.data(), static_cast<std::streamsize>(wanted));
      const auto size = static_cast<std::size_t>(file.gcount());
      if (size == 0)
        co_return false;  // the file is shorter now: the client must see that bytes are missing
      deadline_.in(options_.idle_time);
      error_code ec;
      co_await boost::asio::async_write(stream_, boost::asio::buffer(text, size), redirect(ec));
      if (ec) co_return false;
      part.size -= size;
    }
    co_return true;
  }

  Stream& stream_;
  runtime::socket& socket_;
  const HttpOptions& options_;
  std::vector<Fact> more_facts_;
  std::string client_;
  Deadline deadline_;
  boost::beast::flat_buffer buffer_{kLargestHead + kLargestBody};
};

}  // namespace tcpstack::app
