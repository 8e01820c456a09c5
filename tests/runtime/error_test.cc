// The core's errors must be the ones that programs for kernel sockets compare with.
#include "stack/runtime/error.h"

#include <boost/asio/error.hpp>
#include <gtest/gtest.h>

namespace tcpstack::runtime {
namespace {

namespace errc = boost::system::errc;
using tcp::Error;

TEST(ErrorTest, ToAsioGivesTheCodesThatAsioNames) {
  EXPECT_EQ(to_asio(Error::none), error_code());
  EXPECT_EQ(to_asio(Error::reset), boost::asio::error::connection_reset);
  EXPECT_EQ(to_asio(Error::refused), boost::asio::error::connection_refused);
  EXPECT_EQ(to_asio(Error::aborted), boost::asio::error::timed_out);
  EXPECT_EQ(to_asio(Error::does_not_exist), boost::asio::error::not_connected);
  EXPECT_EQ(to_asio(Error::closing), boost::asio::error::broken_pipe);
  EXPECT_EQ(to_asio(Error::would_block), boost::asio::error::would_block);
  EXPECT_EQ(to_asio(Error::already_exists), boost::asio::error::already_connected);
  EXPECT_EQ(to_asio(Error::illegal), boost::asio::error::invalid_argument);
  EXPECT_EQ(to_asio(Error::insufficient), boost::asio::error::no_buffer_space);
  EXPECT_EQ(to_asio(Error::address_in_use), boost::asio::error::address_in_use);
}

TEST(ErrorTest, TheyEqualTheGenericConditions) {
  EXPECT_EQ(to_asio(Error::reset), errc::connection_reset);
  EXPECT_EQ(to_asio(Error::closing), errc::broken_pipe);
}

TEST(ErrorTest, TheOwnCategoryEqualsTheSameConditions) {
  const error_code reset = Error::reset;
  EXPECT_EQ(reset, errc::connection_reset);
  EXPECT_NE(reset, errc::connection_refused);
  EXPECT_EQ(error_code(Error::aborted), errc::timed_out);
  EXPECT_EQ(error_code(Error::would_block), errc::operation_would_block);
}

TEST(ErrorTest, TheOwnCategorySpeaksTheLanguageOfTheRfc) {
  const error_code aborted = Error::aborted;
  EXPECT_STREQ(aborted.category().name(), "tcp");
  EXPECT_EQ(aborted.message(), "connection aborted due to user timeout");
}

TEST(ErrorTest, NoneIsSuccess) { EXPECT_FALSE(error_code(Error::none)); }

}  // namespace
}  // namespace tcpstack::runtime
