// What disturbs a connection without ending it: problems of delivery (RFC 9293 MUST-47, SHLD-9, SHLD-20), and urgent
// data (section 3.8.5, RFC 6093).
#include <array>
#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include "tests/runtime/world.h"
#include "tests/support/packets.h"

namespace tcpstack::runtime {
namespace {

class ProblemTest : public World {
 protected:
  pair both_ = connect();
  stream& client = both_.client;
  stream& server = both_.server;
  outcome waited_;
};

TEST_F(ProblemTest, R1RetransmissionsWithoutAnAnswerAreReported) {  // SHLD-9
  carries_ = [](const passage&) { return false; };
  client.async_wait(stream::wait_error, waited_.handler());
  error_code ec;
  EXPECT_EQ(client.write_some(asio::buffer("text", 4), ec), 4U);
  EXPECT_TRUE(run_until([&] { return waited_.calls == 1; }));
  EXPECT_EQ(waited_.ec, error_code()) << "the connection goes on";
  EXPECT_EQ(client.take_problem(), asio::error::timed_out);
  EXPECT_EQ(client.take_problem(), error_code()) << "once";
  EXPECT_EQ(client.status().state, tcp::State::ESTABLISHED);
  carries_ = nullptr;
  EXPECT_TRUE(run_until([&] { return server.available() == 4; }));
}

TEST_F(ProblemTest, WithoutReportsNobodyIsWoken) {  // SHLD-20
  carries_ = [](const passage&) { return false; };
  report_problems option;
  client.get_option(option);
  EXPECT_TRUE(option.value());
  client.set_option(report_problems(false));
  client.async_wait(stream::wait_error, waited_.handler());
  error_code ec;
  EXPECT_EQ(client.write_some(asio::buffer("text", 4), ec), 4U);
  EXPECT_TRUE(run_until([&] { return waited_.calls == 1; }));
  EXPECT_EQ(client.status().state, tcp::State::CLOSED) << "R2, not R1";
  EXPECT_EQ(client.take_problem(), error_code());
}

// MUST-32, MUST-33
TEST_F(ProblemTest, UrgentDataIsAnErrorConditionAndReadsStopBeforeItsLastByte) {
  server.async_wait(stream::wait_error, waited_.handler());
  outcome sent;
  client.async_send(asio::buffer("ab!", 3), stream::message_out_of_band, sent.handler());
  write(client, "cd");
  settle();
  EXPECT_EQ(sent.bytes, 3U);
  EXPECT_EQ(waited_.calls, 1);
  EXPECT_EQ(server.status().urgent, 3U);
  EXPECT_FALSE(server.at_mark());
  EXPECT_EQ(read(server), "ab");
  EXPECT_TRUE(server.at_mark());
  EXPECT_EQ(read(server), "!cd");
  EXPECT_FALSE(server.at_mark());
}

TEST_F(ProblemTest, AReadIntoSeveralBuffersStopsThereToo) {
  outcome sent;
  client.async_send(asio::buffer("abc!", 4), stream::message_out_of_band, sent.handler());
  settle();
  std::string first(2, ' ');
  std::string second(2, ' ');
  const std::array<asio::mutable_buffer, 2> buffers{asio::buffer(first), asio::buffer(second)};
  error_code ec;
  EXPECT_EQ(server.read_some(buffers, ec), 3U);
  EXPECT_EQ(first + second, "abc ");
  EXPECT_EQ(server.skip(10, ec), 1U);
}

TEST_F(ProblemTest, UrgentTextHasNoOtherFlags) {
  outcome sent;
  client.async_send(asio::buffer("x", 1), stream::message_out_of_band | MSG_MORE, sent.handler());
  settle();
  EXPECT_EQ(sent.ec, asio::error::operation_not_supported);
}

}  // namespace
}  // namespace tcpstack::runtime
