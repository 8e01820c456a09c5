// The socket's contract: reading and writing, one rule a test.
#include <array>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

class ReadWriteTest : public World {
 protected:
  pair pair_ = connect();
  stream& client = pair_.client;
  stream& server = pair_.server;
  std::array<char, 100> buffer_{};
};

TEST_F(ReadWriteTest, WhatIsWrittenIsRead) {
  write(client, "hello");
  EXPECT_EQ(read(server), "hello");
  write(server, "world");
  EXPECT_EQ(read(client), "world");
}

TEST_F(ReadWriteTest, AReadWaitsForBytes) {
  outcome got;
  server.async_read_some(asio::buffer(buffer_), got.handler());
  settle();
  EXPECT_EQ(got.calls, 0);
  write(client, "now");
  settle();
  EXPECT_EQ(got.calls, 1);
  EXPECT_EQ(got.ec, error_code());
  EXPECT_EQ(std::string(buffer_.data(), got.bytes), "now");
}

TEST_F(ReadWriteTest, AReadNeverCompletesInline) {
  write(client, "there already");
  settle();
  outcome got;
  server.async_read_some(asio::buffer(buffer_), got.handler());
  EXPECT_EQ(got.calls, 0);
  settle();
  EXPECT_EQ(got.calls, 1);
}

TEST_F(ReadWriteTest, AWriteNeverCompletesInline) {
  outcome written;
  client.async_write_some(asio::buffer("x", 1), written.handler());
  EXPECT_EQ(written.calls, 0);
  settle();
  EXPECT_EQ(written.calls, 1);
  EXPECT_EQ(written.bytes, 1U);
}

TEST_F(ReadWriteTest, AReadOfZeroBytesCompletesAtOnceByPost) {
  outcome got;
  server.async_read_some(asio::mutable_buffer(), got.handler());
  EXPECT_EQ(got.calls, 0);
  settle();
  EXPECT_EQ(got.calls, 1);
  EXPECT_EQ(got.ec, error_code());
  EXPECT_EQ(got.bytes, 0U);
}

TEST_F(ReadWriteTest, AWriteOfZeroBytesCompletesAtOnceByPost) {
  outcome written;
  client.async_write_some(asio::const_buffer(), written.handler());
  EXPECT_EQ(written.calls, 0);
  settle();
  EXPECT_EQ(written.calls, 1);
  EXPECT_EQ(written.ec, error_code());
}

TEST_F(ReadWriteTest, ConstantTextArrivesAsItIs) {
  static const std::string text = [] {
    std::string made;
    while (made.size() < 50'000) made += std::to_string(made.size()) + ' ';
    return made;
  }();
  write(client, "first ");
  outcome written;
  client.async_send(asio::buffer(text), stream::message_constant, written.handler());
  settle();
  EXPECT_EQ(written.bytes, text.size());
  std::string got;
  while (got.size() < 6 + text.size()) got += read(server);
  EXPECT_EQ(got, "first " + text);
}

TEST_F(ReadWriteTest, TextIsHeldBackWhileMoreFollows) {
  outcome written;
  client.async_send(asio::buffer("be", 2), MSG_MORE, written.handler());
  settle();
  EXPECT_EQ(written.bytes, 2U);
  EXPECT_EQ(server.available(), 0U);
  write(client, "gin");
  EXPECT_EQ(read(server), "begin");
}

TEST_F(ReadWriteTest, NoSegmentHasTextOfTwoRecords) {
  const std::string record(1000, 'r');
  std::vector<std::size_t> sizes;
  carries_ = [&](const passage& passage) {
    if (passage.from_first && passage.packet.size() > 100) sizes.push_back(passage.packet.size());
    return true;
  };
  outcome first;
  outcome second;
  client.async_send(asio::buffer(record), stream::message_end_of_record, first.handler());
  client.async_send(asio::buffer(record), stream::message_end_of_record, second.handler());
  settle();
  ASSERT_EQ(sizes.size(), 2U);
  EXPECT_EQ(sizes[0], sizes[1]);
  carries_ = nullptr;
}

TEST_F(ReadWriteTest, AFlagThatMeansNothingHereIsAnError) {
  outcome written;
  client.async_send(asio::buffer("x", 1), stream::message_do_not_route, written.handler());
  settle();
  EXPECT_EQ(written.ec, asio::error::operation_not_supported);
  EXPECT_EQ(written.bytes, 0U);
}

TEST_F(ReadWriteTest, SeveralBuffersAreFilledInOrder) {
  write(client, "abcdefgh");
  settle();
  std::array<char, 2> first{};
  std::array<char, 3> second{};
  const std::array<asio::mutable_buffer, 3> buffers{asio::buffer(first), asio::mutable_buffer(),
                                                    asio::buffer(second)};
  outcome got;
  server.async_read_some(buffers, got.handler());
  settle();
  EXPECT_EQ(got.bytes, 5U);
  EXPECT_EQ(std::string(first.begin(), first.end()), "ab");
  EXPECT_EQ(std::string(second.begin(), second.end()), "cde");
  EXPECT_EQ(read(server), "fgh");
}

TEST_F(ReadWriteTest, SeveralBuffersAreWrittenInOrder) {
  const std::array<asio::const_buffer, 3> buffers{asio::buffer("ab", 2), asio::const_buffer(),
                                                  asio::buffer("cde", 3)};
  outcome written;
  client.async_write_some(buffers, written.handler());
  settle();
  EXPECT_EQ(written.bytes, 5U);
  EXPECT_EQ(read(server), "abcde");
}

TEST_F(ReadWriteTest, AHandlerMayBeMoveOnly) {
  auto bytes = std::make_unique<std::size_t>(0);
  std::size_t* const seen = bytes.get();
  std::unique_ptr<std::size_t> back;
  server.async_read_some(asio::buffer(buffer_),
                         [bytes = std::move(bytes), &back](error_code, std::size_t n) mutable {
                           *bytes = n;
                           back = std::move(bytes);
                         });
  write(client, "four");
  settle();
  EXPECT_EQ(*seen, 4U);
  EXPECT_EQ(back.get(), seen);
}

TEST_F(ReadWriteTest, ReadingAndWritingGoOnAtTheSameTime) {
  outcome got;
  client.async_read_some(asio::buffer(buffer_), got.handler());
  write(client, "question");
  EXPECT_EQ(got.calls, 0);
  EXPECT_EQ(read(server), "question");
  write(server, "answer");
  settle();
  EXPECT_EQ(std::string(buffer_.data(), got.bytes), "answer");
}

TEST_F(ReadWriteTest, SeveralReadsTakeTheirTurns) {
  std::array<char, 3> first{};
  std::array<char, 3> second{};
  outcome got_first;
  outcome got_second;
  server.async_read_some(asio::buffer(first), got_first.handler());
  server.async_read_some(asio::buffer(second), got_second.handler());
  write(client, "abcdef");
  settle();
  EXPECT_EQ(std::string(first.data(), got_first.bytes), "abc");
  EXPECT_EQ(std::string(second.data(), got_second.bytes), "def");
}

TEST_F(ReadWriteTest, AWriteWaitsForRoom) {
  const std::string large(64 << 20, 'x');
  outcome first;
  client.async_write_some(asio::buffer(large), first.handler());
  settle();
  EXPECT_EQ(first.calls, 1);
  EXPECT_LT(first.bytes, large.size());
  outcome second;
  do {
    second = {};
    client.async_write_some(asio::buffer(large), second.handler());
    run();
  } while (second.calls == 1);
  while (second.calls == 0) ASSERT_FALSE(read(server).empty());
  EXPECT_EQ(second.ec, error_code());
  EXPECT_GT(second.bytes, 0U);
}

TEST_F(ReadWriteTest, WithoutWaitingThereIsWouldBlock) {
  error_code ec;
  EXPECT_EQ(server.read_some(asio::buffer(buffer_), ec), 0U);
  EXPECT_EQ(ec, asio::error::would_block);
  EXPECT_EQ(client.write_some(asio::buffer("abc", 3), ec), 3U);
  EXPECT_EQ(ec, error_code());
  settle();
  EXPECT_EQ(server.read_some(asio::buffer(buffer_), ec), 3U);
  EXPECT_EQ(ec, error_code());
}

TEST_F(ReadWriteTest, WhatIsSkippedIsNotRead) {
  error_code ec;
  EXPECT_EQ(server.skip(10, ec), 0U);
  EXPECT_EQ(ec, asio::error::would_block);
  write(client, "skipped, read");
  settle();
  EXPECT_EQ(server.skip(9, ec), 9U);
  EXPECT_EQ(ec, error_code());
  EXPECT_EQ(read(server), "read");
  client.shutdown(stream::shutdown_send);
  settle();
  EXPECT_EQ(server.skip(0, ec), 0U);
  EXPECT_EQ(ec, error_code());
  EXPECT_EQ(server.skip(10, ec), 0U);
  EXPECT_EQ(ec, asio::error::eof);
  server.close();
  EXPECT_EQ(server.skip(10, ec), 0U);
  EXPECT_EQ(ec, asio::error::bad_descriptor);
}

TEST_F(ReadWriteTest, AvailableCountsTheBytesToRead) {
  EXPECT_EQ(server.available(), 0U);
  write(client, "12345");
  settle();
  EXPECT_EQ(server.available(), 5U);
}

TEST_F(ReadWriteTest, EndpointsAreThoseOfTheConnection) {
  EXPECT_EQ(client.remote_endpoint(), kServer);
  EXPECT_EQ(server.local_endpoint(), kServer);
  EXPECT_EQ(client.local_endpoint().address, kClientAddress);
  EXPECT_EQ(server.remote_endpoint(), client.local_endpoint());
}

TEST_F(ReadWriteTest, CallsOfOneTurnLeaveTogether) {
  std::vector<std::size_t> sizes;
  carries_ = [&](const passage& passage) {
    if (passage.from_first) sizes.push_back(passage.packet.size());
    return true;
  };
  outcome written;
  client.async_write_some(asio::buffer("a", 1), written.handler());
  client.async_write_some(asio::buffer("b", 1), written.handler());
  client.async_write_some(asio::buffer("c", 1), written.handler());
  settle();
  constexpr std::size_t kHeaders = 20 + 32;  // IP, and TCP with timestamps
  EXPECT_EQ(sizes, std::vector<std::size_t>{kHeaders + 3});
  EXPECT_EQ(read(server), "abc");
}

TEST_F(ReadWriteTest, AMovedSocketKeepsItsOperations) {
  outcome got;
  server.async_read_some(asio::buffer(buffer_), got.handler());
  stream moved = std::move(server);
  EXPECT_FALSE(server.is_open());  // NOLINT(bugprone-use-after-move): that is the question
  EXPECT_TRUE(moved.is_open());
  write(client, "abc");
  settle();
  EXPECT_EQ(got.bytes, 3U);
}

}  // namespace
}  // namespace tcpstack::runtime
