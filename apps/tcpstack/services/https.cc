// HTTP over TLS.
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "apps/tcpstack/services/certificate.h"
#include "apps/tcpstack/services/http.h"
#include "apps/tcpstack/services/http_session.h"

namespace tcpstack::app {

namespace asio = boost::asio;

namespace {

std::vector<Fact> tls_facts(const SSL* tls) {
  return {{"tls", SSL_get_version(tls), "", "under this page, RFC 8446"},
          {"cipher", SSL_CIPHER_get_name(SSL_get_current_cipher(tls)), "", "chosen by both"}};
}

}  // namespace

std::shared_ptr<asio::ssl::context> make_https_context(const HttpOptions& options) {
  const std::string address = options.address.to_string();
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  context->set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
  const auto file = options.certificate.empty() ? default_certificate_file() : options.certificate;
  Certificate certificate;
  try {
    certificate = kept_certificate(file, address);
  } catch (const std::system_error& error) {
    spdlog::warn("https: a certificate for this run only: {}", error.what());
    certificate = make_certificate(address);
  }
  runtime::error_code ec;
  context->use_certificate_chain(asio::buffer(certificate.pem), ec);
  if (!ec) context->use_private_key(asio::buffer(certificate.pem), asio::ssl::context::pem, ec);
  if (ec) {
    throw std::runtime_error(file.string() + ": no certificate with its key: " + ec.message());
  }
  return context;
}

// A client without TLS ends here, with OpenSSL's error.
asio::awaitable<void> https(std::shared_ptr<const HttpOptions> options,
                            std::shared_ptr<asio::ssl::context> context, runtime::socket& socket) {
  asio::ssl::stream<runtime::socket&> tls(socket, *context);
  runtime::error_code ec;
  {
    Deadline deadline(socket);
    deadline.in(options->head_time);
    const std::string client = socket.status().remote.to_string();
    co_await tls.async_handshake(asio::ssl::stream_base::server,
                                 asio::redirect_error(asio::use_awaitable, ec));
    if (ec) spdlog::info("https: {}: {}", client, ec.message());
  }
  if (ec) co_return;
  {
    HttpSession session(tls, socket, *options, tls_facts(tls.native_handle()));
    co_await session.run();
  }
  if (!socket.is_open()) co_return;
  Deadline deadline(socket);
  deadline.in(options->head_time);
  co_await tls.async_shutdown(asio::redirect_error(asio::use_awaitable, ec));
}

}  // namespace tcpstack::app
