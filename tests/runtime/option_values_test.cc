// Options as numbers: limits that may be taken, values that are too short, values that the stack chooses itself.
#include "stack/runtime/detail/option_values.h"

#include <array>
#include <cstdint>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>

#include "stack/runtime/socket_options.h"
#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

error_code write_int(int level, int name, int value, option_values& values) {
  return write_option(level, name, {reinterpret_cast<const std::uint8_t*>(&value), sizeof value},
                      values);
}

TEST(OptionValues, LimitsMayBeTaken) {
  option_values values;
  EXPECT_EQ(write_int(IPPROTO_TCP, TCP_SYNCNT, 1, values), error_code());
  EXPECT_EQ(write_int(IPPROTO_TCP, TCP_SYNCNT, 127, values), error_code());
  EXPECT_EQ(values.tcp.syn_retries, 127);
  EXPECT_EQ(write_int(IPPROTO_TCP, TCP_SYNCNT, 128, values), asio::error::invalid_argument);
  EXPECT_EQ(write_int(IPPROTO_TCP, TCP_SYNCNT, 0, values), asio::error::invalid_argument);
  EXPECT_EQ(values.tcp.syn_retries, 127);
}

TEST(OptionValues, AValueIsAWholeInt) {
  option_values values;
  const std::array<std::uint8_t, 3> short_value{1, 0, 0};
  EXPECT_EQ(write_option(SOL_SOCKET, SO_KEEPALIVE, short_value, values),
            asio::error::invalid_argument);
  EXPECT_FALSE(values.tcp.keepalive);
}

// Linux's ~0U takes the limit away, and switches no pacing on.
TEST(OptionValues, NoPacingRateIsNoPacing) {
  option_values values;
  EXPECT_EQ(write_int(SOL_SOCKET, SO_MAX_PACING_RATE, -1, values), error_code());
  EXPECT_FALSE(values.tcp.pacing);
  EXPECT_EQ(write_int(SOL_SOCKET, SO_MAX_PACING_RATE, 1'000'000, values), error_code());
  EXPECT_TRUE(values.tcp.pacing);
}

class AutomaticValues : public World {};

TEST_F(AutomaticValues, OfAConnectionAreItsOwn) {
  pair both = connect();
  error_code ec;
  const std::string text(1 << 20, 'x');
  for (int i = 0; i < 10; ++i) {
    (void)both.client.write_some(asio::buffer(text), ec);
    settle();
    std::string all(both.server.available(), '\0');
    (void)both.server.read_some(asio::buffer(all), ec);
    settle();
  }
  asio::socket_base::send_buffer_size size;
  both.client.get_option(size);
  const tcp::Tcb& tcb = *client_->stack().tcb(*both.client.connection());
  EXPECT_GT(tcb.send_capacity, client_->stack().config().tcp.send_buffer.initial);
  EXPECT_EQ(size.value(), static_cast<int>(tcb.send_capacity));
}

}  // namespace
}  // namespace tcpstack::runtime
