// The echo service and its clients, on a link in memory and in virtual time.
#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "apps/tcpstack/services.h"
#include "stack/runtime/devices/memory_link.h"
#include "stack/runtime/runtime.h"
#include "stack/runtime/socket.h"
#include "stack/runtime/time/manual_time.h"
#include "tests/support/run_until.h"

namespace tcpstack::app {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using runtime::error_code;

Config config_of(Address address) {
  Config config;
  config.ip.address = address;
  return config;
}

class EchoTest : public testing::Test {
 protected:
  static constexpr Address kAddress{0x0a000002};

  EchoTest() {
    const std::array<ServiceRequest, 1> services{{{"echo", 7}}};
    start_services(server_, services, {});
  }

  bool run_until(const std::function<bool()>& done) { return test::run_until(io_, time_, done); }
  runtime::socket connect() {
    runtime::socket socket(client_);
    bool connected = false;
    socket.async_connect({kAddress, 7}, [&](error_code ec) { connected = !ec; });
    EXPECT_TRUE(run_until([&] { return connected; }));
    return socket;
  }
  void write(runtime::socket& to, const std::string& text) {
    bool written = false;
    asio::async_write(to, asio::buffer(text), [&](error_code ec, std::size_t) { written = !ec; });
    EXPECT_TRUE(run_until([&] { return written; }));
  }
  // So many bytes, or as many as there are before `ec`.
  std::string read(runtime::socket& from, std::size_t size, error_code& ec) {
    std::string text(size, '\0');
    bool ended = false;
    asio::async_read(from, asio::buffer(text), [&](error_code end, std::size_t got) {
      ec = end;
      text.resize(got);
      ended = true;
    });
    EXPECT_TRUE(run_until([&] { return ended; }));
    return text;
  }
  std::string read(runtime::socket& from, std::size_t size) {
    error_code ec;
    std::string text = read(from, size, ec);
    EXPECT_EQ(ec, error_code());
    return text;
  }

  asio::io_context io_;
  runtime::manual_time time_{io_.get_executor()};
  runtime::memory_link link_ = runtime::make_memory_link(io_.get_executor());
  runtime::runtime client_{io_.get_executor(), config_of(Address{0x0a000001}), 1,
                           std::move(link_.first), time_.make_timekeeper()};
  runtime::runtime server_{io_.get_executor(), config_of(kAddress), 2, std::move(link_.second),
                           time_.make_timekeeper()};
};

std::string numbers(std::size_t size) {
  std::string text;
  for (int i = 0; text.size() < size; ++i) text += std::to_string(i) + ' ';
  text.resize(size);
  return text;
}

TEST_F(EchoTest, WhatIsSaidComesBackEachTime) {
  runtime::socket client = connect();
  for (const char* text : {"one", "two", "three"}) {
    write(client, text);
    EXPECT_EQ(read(client, std::string_view(text).size()), text);
  }
}

// It takes only as much as it can send, so the client has to wait until it listens.
TEST_F(EchoTest, AClientThatDoesNotListenGetsEverythingLater) {
  runtime::socket client = connect();
  const std::string text = numbers(16 << 20);
  bool written = false;
  asio::async_write(client, asio::buffer(text), [&](error_code ec, std::size_t) { written = !ec; });
  const Time later = time_.now() + 1min;
  run_until([&] { return time_.now() > later; });
  EXPECT_FALSE(written);
  EXPECT_TRUE(read(client, text.size()) == text);
  EXPECT_TRUE(written);
}

TEST_F(EchoTest, TheEndComesAfterAllThatWasSaid) {
  runtime::socket client = connect();
  const std::string text = numbers(1 << 20);
  asio::async_write(client, asio::buffer(text), [&](error_code ec, std::size_t) {
    EXPECT_EQ(ec, error_code());
    client.shutdown(runtime::socket::shutdown_send);
  });
  error_code ec;
  EXPECT_TRUE(read(client, 2 << 20, ec) == text);
  EXPECT_EQ(ec, asio::error::eof);
}

TEST_F(EchoTest, AResetEndsOneConversationOnly) {
  runtime::socket client = connect();
  {
    runtime::socket other = connect();
    write(other, "goodbye");
    other.abort();
  }
  EXPECT_TRUE(run_until([&] { return server_.stack().connection_count() == 1; }));
  write(client, "still here");
  EXPECT_EQ(read(client, 10), "still here");
}

TEST_F(EchoTest, StoppingEndsTheConversations) {
  runtime::socket client = connect();
  write(client, "hello");
  EXPECT_EQ(read(client, 5), "hello");
  bool stopped = false;
  server_.async_stop(10s, [&](error_code) { stopped = true; });
  error_code ec;
  EXPECT_EQ(read(client, 1, ec), "");
  EXPECT_EQ(ec, asio::error::eof);
  client.close();
  EXPECT_TRUE(run_until([&] { return stopped; }));
}

}  // namespace
}  // namespace tcpstack::app
