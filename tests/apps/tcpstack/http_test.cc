// The http service: its grammars, its files, and what clients of all kinds see.
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include "apps/tcpstack/services.h"
#include "apps/tcpstack/services/certificate.h"
#include "apps/tcpstack/services/connection_page.h"
#include "apps/tcpstack/services/http_range.h"
#include "apps/tcpstack/services/http_site.h"
#include "stack/runtime/devices/memory_link.h"
#include "stack/runtime/runtime.h"
#include "stack/runtime/socket.h"
#include "tests/support/temp_folder.h"

namespace tcpstack::app {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// RFC 9110 section 5.6.7 has the example.
TEST(HttpDateTest, ThereAndBack) {
  EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);
  for (const char* wrong : {"", "now", "Mon, 06 Nov 1994 08:49:37 GMT",
                            "Sun, 06 Nov 1994 08:49:60 GMT", "Sun, 06 Now 1994 08:49:37 GMT",
                            "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT"}) {
    EXPECT_EQ(parse_http_date(wrong), std::nullopt) << wrong;
  }
}

TEST(HttpRangeTest, OneRange) {
  EXPECT_EQ(parse_range("bytes=0-0", 10), ByteRange(0, 0));
  EXPECT_EQ(parse_range("bytes=3-5", 10), ByteRange(3, 5));
  EXPECT_EQ(parse_range("bytes=3-", 10), ByteRange(3, 9));
  EXPECT_EQ(parse_range("bytes=3-100", 10), ByteRange(3, 9));
  EXPECT_EQ(parse_range("bytes=-4", 10), ByteRange(6, 9));
  EXPECT_EQ(parse_range("bytes=-40", 10), ByteRange(0, 9));
}

TEST(HttpRangeTest, WhatIsNotUnderstoodIsIgnored) {
  for (const char* text : {"", "bytes=", "bytes=-", "bytes=5-3", "bytes=1-2,4-5", "lines=1-2",
                           "bytes=a-b", "bytes=1-99999999999999999999999"}) {
    const auto range = parse_range(text, 10);
    ASSERT_TRUE(range) << text;
    EXPECT_FALSE(*range) << text;
  }
}

TEST(HttpRangeTest, BeyondTheEndIsUnsatisfiable) {
  EXPECT_FALSE(parse_range("bytes=10-", 10));
  EXPECT_FALSE(parse_range("bytes=-0", 10));
  EXPECT_FALSE(parse_range("bytes=0-0", 0));
}

TEST(HttpTargetTest, PercentDecoding) {
  EXPECT_EQ(percent_decoded("/a%20b%2Fc"), "/a b/c");
  EXPECT_EQ(percent_decoded("/%"), std::nullopt);
  EXPECT_EQ(percent_decoded("/%4"), std::nullopt);
  EXPECT_EQ(percent_decoded("/%g0"), std::nullopt);
  EXPECT_EQ(percent_decoded("/%00"), std::nullopt);
}

class FolderTest : public testing::Test {
 protected:
  FolderTest() {
    fs::create_directories(root_ / "sub");
    std::ofstream(root_ / "digits.txt") << "0123456789";
    std::ofstream(root_ / "sub/a b.html") << "<p>";
    std::ofstream(temp_.path("secret")) << "secret";
    fs::create_symlink("../secret", root_ / "link");
    fs::create_symlink("digits.txt", root_ / "inside");
    fs::create_directories(temp_.path("rootless"));
    std::ofstream(temp_.path("rootless/file")) << "secret";
  }

  test::TempFolder temp_;
  fs::path root_ = temp_.path("root");
};

TEST_F(FolderTest, FilesAreFound) {
  EXPECT_EQ(file_in(root_, "/digits.txt"), fs::canonical(root_ / "digits.txt"));
  EXPECT_EQ(file_in(root_, "/sub/a%20b.html"), fs::canonical(root_ / "sub/a b.html"));
  EXPECT_EQ(file_in(root_, "/sub/../digits.txt"), fs::canonical(root_ / "digits.txt"));
  EXPECT_EQ(file_in(root_, "/inside"), fs::canonical(root_ / "digits.txt"));
}

TEST_F(FolderTest, NothingOutsideIs) {
  for (const char* target :
       {"/../secret", "/%2e%2e/secret", "/sub/../../secret", "/..%2fsecret", "/link",
        "//etc/passwd", "/../rootless/file", "../secret", "/sub", "/", "/none"}) {
    EXPECT_EQ(file_in(root_, target), std::nullopt) << target;
  }
  EXPECT_EQ(file_in({}, "/etc/passwd"), std::nullopt);
}

TEST(ConnectionPageTest, SaysWhatTcpInfoSays) {
  tcp::TcpInfo info;
  info.state = tcp::State::ESTABLISHED;
  info.rtt = 1500us;
  info.snd_cwnd = 10;
  info.segs_in = 4;
  info.sack = true;
  const auto facts = connection_facts({Address{0x0a000002}, 80}, {Address{0x0a000001}, 4321}, info);
  const auto json = boost::json::parse(connection_json(facts));
  EXPECT_EQ(json.at("remote"), "10.0.0.1:4321");
  EXPECT_EQ(json.at("state"), "ESTABLISHED");
  EXPECT_EQ(json.at("rtt"), 1.5);
  EXPECT_EQ(json.at("cwnd"), 10);
  EXPECT_EQ(json.at("segments_received"), 4);
  EXPECT_EQ(json.at("sack"), true);
  const std::string html = connection_html(facts);
  EXPECT_THAT(html, HasSubstr("<td>rtt</td><td>1.500</td><td>ms</td>"));
  EXPECT_THAT(html, EndsWith("</html>\n"));
}

TEST(CertificateTest, IsMadeOnceAndForItsOwnerOnly) {
  const test::TempFolder folder;
  const fs::path file = folder.path("new/https.pem");
  const std::string first = kept_certificate(file, "10.0.0.2").pem;
  EXPECT_THAT(first, HasSubstr("-----BEGIN PRIVATE KEY-----"));
  EXPECT_THAT(first, HasSubstr("-----BEGIN CERTIFICATE-----"));
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(kept_certificate(file, "10.0.0.2").pem, first);
  EXPECT_NE(make_certificate("10.0.0.2").pem, first);
}

// A client that writes and reads text, and the service.
class HttpServiceTest : public FolderTest {
 protected:
  // The service's answer to `text`, until it closes, but at most `most` bytes.
  std::string ask(std::string text, std::size_t most = 1 << 20) {
    const std::array<ServiceRequest, 1> services{{{"http", 80}}};
    options_.folder = root_;
    auto link = runtime::make_memory_link(io_.get_executor());
    runtime::runtime client(io_.get_executor(), config_of(0x0a000001), 1, std::move(link.first));
    runtime::runtime server(io_.get_executor(), config_of(0x0a000002), 2, std::move(link.second));
    start_services(server, services, {.http = options_});
    std::string answer;
    bool ended = false;
    const auto converse = [&]() -> asio::awaitable<void> {
      runtime::socket socket(client);
      co_await socket.async_connect({Address{0x0a000002}, 80}, asio::use_awaitable);
      co_await asio::async_write(socket, asio::buffer(text), asio::use_awaitable);
      co_await asio::async_read(socket, asio::dynamic_buffer(answer, most),
                                asio::redirect_error(asio::use_awaitable, end_));
    };
    asio::co_spawn(io_, converse(), [&](const std::exception_ptr& failure) {
      EXPECT_EQ(failure, nullptr);
      ended = true;
    });
    io_.restart();
    for (const auto limit = std::chrono::steady_clock::now() + 20s;
         !ended && std::chrono::steady_clock::now() < limit;) {
      io_.run_one_for(1s);
    }
    EXPECT_TRUE(ended) << "after 20 s; so far: " << answer;
    return answer;
  }
  static Config config_of(std::uint32_t address) {
    Config config;
    config.ip.address = Address{address};
    return config;
  }
  static std::string get(const std::string& target,
                         const std::string& fields = "Connection: close\r\n") {
    return "GET " + target + " HTTP/1.1\r\nHost: 10.0.0.2\r\n" + fields + "\r\n";
  }

  asio::io_context io_;
  HttpOptions options_;
  runtime::error_code end_;
};

TEST_F(HttpServiceTest, APageAboutThisConnection) {
  const std::string answer = ask(get("/connection.json"));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  const auto json = boost::json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
  EXPECT_EQ(json.at("local"), "10.0.0.2:80");
  EXPECT_EQ(json.at("state"), "ESTABLISHED");
  EXPECT_EQ(json.at("bytes_received"), get("/connection.json").size());
  EXPECT_EQ(json.at("segments_received"), 3) << "the SYN, its ACK, the request";
  EXPECT_EQ(end_, asio::error::eof);
}

TEST_F(HttpServiceTest, AsHtmlAndAsJsonIfThatIsAccepted) {
  EXPECT_THAT(ask(get("/")), HasSubstr("Content-Type: text/html"));
  EXPECT_THAT(ask(get("/", "Accept: application/json\r\nConnection: close\r\n")),
              HasSubstr("Content-Type: application/json"));
}

TEST_F(HttpServiceTest, SeveralRequestsOnOneConnection) {
  const std::string answer = ask(get("/digits.txt", "") + get("/none", "") + get("/digits.txt"));
  EXPECT_THAT(answer, testing::MatchesRegex(
                          "HTTP/1.1 200 OK\r\n.*0123456789HTTP/1.1 404 Not Found\r\n.*404 Not "
                          "Found\nHTTP/1.1 200 OK\r\n.*0123456789"));
}

TEST_F(HttpServiceTest, AFileAPartOfItAndNothingNew) {
  const std::string whole = ask(get("/digits.txt"));
  EXPECT_THAT(whole, HasSubstr("Content-Length: 10\r\n"));
  EXPECT_THAT(whole, HasSubstr("Content-Type: text/plain"));
  EXPECT_THAT(whole, EndsWith("\r\n\r\n0123456789"));
  const std::string part = ask(get("/digits.txt", "Range: bytes=2-4\r\nConnection: close\r\n"));
  EXPECT_THAT(part, StartsWith("HTTP/1.1 206 Partial Content\r\n"));
  EXPECT_THAT(part, HasSubstr("Content-Range: bytes 2-4/10\r\n"));
  EXPECT_THAT(part, EndsWith("\r\n\r\n234"));
  const std::string beyond = ask(get("/digits.txt", "Range: bytes=10-\r\nConnection: close\r\n"));
  EXPECT_THAT(beyond, StartsWith("HTTP/1.1 416"));
  EXPECT_THAT(beyond, HasSubstr("Content-Range: bytes */10\r\n"));
  const auto begin = whole.find("Last-Modified: ") + 15;
  const std::string date = whole.substr(begin, whole.find("\r\n", begin) - begin);
  EXPECT_THAT(ask(get("/digits.txt", "If-Modified-Since: " + date + "\r\nConnection: close\r\n")),
              StartsWith("HTTP/1.1 304 Not Modified\r\n"));
}

TEST_F(HttpServiceTest, HeadHasNoBody) {
  const std::string answer =
      ask("HEAD /digits.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 10\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(HttpServiceTest, ALargeFile) {
  std::ofstream(root_ / "large") << std::string(3'000'000, 'x');
  const std::string answer = ask(get("/large"), 4 << 20);
  EXPECT_EQ(answer.size(), answer.find("\r\n\r\n") + 4 + 3'000'000);
}

TEST_F(HttpServiceTest, OtherMethodsAreNotAllowed) {
  const std::string answer =
      ask("DELETE /digits.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(answer, HasSubstr("Allow: GET, HEAD\r\n"));
  EXPECT_TRUE(fs::exists(root_ / "digits.txt"));
}

// RFC 9112 section 3.2
TEST_F(HttpServiceTest, ARequestNamesItsHostOnce) {
  EXPECT_THAT(ask("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask(get("/", "Host: another\r\nConnection: close\r\n")), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask("GET / HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.0 200 "));
  EXPECT_THAT(ask("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"), StartsWith("HTTP/1.0 400 "));
}

TEST_F(HttpServiceTest, GarbageIsRefused) {
  EXPECT_THAT(ask("\x16\x03\x01 this is no HTTP\r\n\r\n"),
              StartsWith("HTTP/1.1 400 Bad Request\r\n"));
}

TEST_F(HttpServiceTest, AHeadThatIsTooLargeIsRefused) {
  const std::string field = "A: " + std::string(1000, 'x') + "\r\n";
  std::string fields;
  for (int i = 0; i < 20; ++i) fields += field;
  EXPECT_THAT(ask(get("/", fields)), StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpServiceTest, ABodyThatIsTooLargeIsRefused) {
  EXPECT_THAT(ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServiceTest, WhoSaysNothingIsClosed) {
  options_.idle_time = 50ms;
  EXPECT_EQ(ask(""), "");
  EXPECT_EQ(end_, asio::error::eof);
}

TEST_F(HttpServiceTest, WhoDoesNotFinishItsRequestIsClosed) {
  options_.head_time = 50ms;
  EXPECT_EQ(ask("GET / HTTP/1.1\r\nHost:"), "");
  EXPECT_EQ(end_, asio::error::eof);
}

}  // namespace
}  // namespace tcpstack::app
