// The services http (RFC 9112) and https (the same over TLS, RFC 9110 section 4.2.2), by Boost.Beast and asio::ssl.
#pragma once

#include <memory>

#include <boost/asio/awaitable.hpp>

#include "apps/tcpstack/services/http_options.h"
#include "stack/runtime/socket.h"

namespace boost::asio::ssl {
class context;
}

namespace tcpstack::app {

// Answers the requests of one client, until it closes or takes too long.
boost::asio::awaitable<void> http(std::shared_ptr<const HttpOptions> options,
                                  runtime::socket& socket);

// A context with the certificate of the options' file (certificate.h), or with a temporary one if that file cannot
// be written. Throws std::runtime_error if the file is not a certificate.
std::shared_ptr<boost::asio::ssl::context> make_https_context(const HttpOptions& options);
boost::asio::awaitable<void> https(std::shared_ptr<const HttpOptions> options,
                                   std::shared_ptr<boost::asio::ssl::context> context,
                                   runtime::socket& socket);

}  // namespace tcpstack::app
