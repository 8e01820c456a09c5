// Two translations of tcp::Error: its category (words, generic conditions), and Asio's codes.
#include "stack/runtime/error.h"

#include <boost/asio/error.hpp>

namespace tcpstack::runtime {
namespace {

using boost::system::error_condition;
namespace errc = boost::system::errc;

// The words of RFC 9293 section 3.10; those from would_block on are ours.
const char* words(tcp::Error error) {
  switch (error) {
    case tcp::Error::none: return "no error";
    case tcp::Error::does_not_exist: return "connection does not exist";
    case tcp::Error::already_exists: return "connection already exists";
    case tcp::Error::closing: return "connection closing";
    case tcp::Error::reset: return "connection reset";
    case tcp::Error::refused: return "connection refused";
    case tcp::Error::aborted: return "connection aborted due to user timeout";
    case tcp::Error::illegal: return "connection illegal for this process";
    case tcp::Error::insufficient: return "insufficient resources";
    case tcp::Error::would_block: return "nothing to do at the moment";
    case tcp::Error::address_in_use: return "another listener has the port";
    case tcp::Error::net_unreachable: return "network unreachable";
    case tcp::Error::host_unreachable: return "host unreachable";
    case tcp::Error::protocol_unreachable: return "protocol unreachable";
  }
  return "unknown error";
}

errc::errc_t generic(tcp::Error error) {
  switch (error) {
    case tcp::Error::none: return errc::success;
    case tcp::Error::does_not_exist: return errc::not_connected;
    case tcp::Error::already_exists: return errc::already_connected;
    case tcp::Error::closing: return errc::broken_pipe;
    case tcp::Error::reset: return errc::connection_reset;
    case tcp::Error::refused: return errc::connection_refused;
    case tcp::Error::aborted: return errc::timed_out;
    case tcp::Error::illegal: return errc::invalid_argument;
    case tcp::Error::insufficient: return errc::no_buffer_space;
    case tcp::Error::would_block: return errc::operation_would_block;
    case tcp::Error::address_in_use: return errc::address_in_use;
    case tcp::Error::net_unreachable: return errc::network_unreachable;
    case tcp::Error::host_unreachable: return errc::host_unreachable;
    case tcp::Error::protocol_unreachable: return errc::no_protocol_option;
  }
  return errc::io_error;
}

// Categories are never destroyed through a pointer, so Boost's base has no virtual destructor.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "tcp"; }
  std::string message(int value) const override { return words(static_cast<tcp::Error>(value)); }
  error_condition default_error_condition(int value) const noexcept override {
    return errc::make_error_condition(generic(static_cast<tcp::Error>(value)));
  }
};
#pragma GCC diagnostic pop

}  // namespace

const boost::system::error_category& tcp_category() noexcept {
  static const category instance;
  return instance;
}

error_code to_asio(tcp::Error error) noexcept {
  if (error == tcp::Error::none) return {};
  return system_error_code(generic(error));
}

// Asio's basic errors are errno values in the system category, and so are the generic ones.
error_code system_error_code(errc::errc_t code) noexcept {
  return {static_cast<int>(code), boost::asio::error::get_system_category()};
}

}  // namespace tcpstack::runtime

boost::system::error_code tcpstack::tcp::make_error_code(Error error) noexcept {
  return {static_cast<int>(error), tcpstack::runtime::tcp_category()};
}
