#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "apps/tcpstack/services/protocols.h"

namespace tcpstack::app {

boost::asio::awaitable<void> until_end(boost::asio::awaitable<void> conversation) {
  try {
    co_await std::move(conversation);
  } catch (const boost::system::system_error& error) {
    if (error.code() != boost::asio::error::eof) throw;
  }
}

}  // namespace tcpstack::app
