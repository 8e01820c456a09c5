// asio::ssl::stream, unchanged, over our sockets: server and client, with a certificate made here.
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

namespace ssl = asio::ssl;
using tls_stream = ssl::stream<stream>;
constexpr auto use_awaitable = asio::use_awaitable;
const Endpoint kTls{kServerAddress, 443};

// A context with a key and a certificate that it has signed itself.
void make_certificate(ssl::context& context) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"),
                                                                &EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  SSL_CTX_use_certificate(context.native_handle(), certificate.get());
  SSL_CTX_use_PrivateKey(context.native_handle(), key.get());
}

asio::awaitable<void> echo(acceptor& listener, ssl::context& context, error_code& end) {
  tls_stream tls(co_await listener.async_accept(use_awaitable), context);
  co_await tls.async_handshake(ssl::stream_base::server, use_awaitable);
  std::string buffer(50000, '\0');
  for (;;) {
    const std::size_t n = co_await tls.async_read_some(asio::buffer(buffer),
                                                       asio::redirect_error(use_awaitable, end));
    if (end) break;
    co_await asio::async_write(tls, asio::buffer(buffer, n), use_awaitable);
  }
  co_await tls.async_shutdown(use_awaitable);
}

asio::awaitable<std::string> ask(runtime& host, ssl::context& context, std::string text) {
  tls_stream tls(stream(host), context);
  co_await tls.lowest_layer().async_connect(kTls, use_awaitable);
  co_await tls.async_handshake(ssl::stream_base::client, use_awaitable);
  co_await asio::async_write(tls, asio::buffer(text), use_awaitable);
  std::string answer(text.size(), '\0');
  co_await asio::async_read(tls, asio::buffer(answer), use_awaitable);
  error_code ec;
  co_await tls.async_shutdown(asio::redirect_error(use_awaitable, ec));
  EXPECT_EQ(ec, error_code());
  co_return answer;
}

class TlsTest : public World {
 protected:
  TlsTest() { make_certificate(server_context_); }

  ssl::context server_context_{ssl::context::tls_server};
  ssl::context client_context_{ssl::context::tls_client};
};

TEST_F(TlsTest, HandshakeEchoAndCloseNotify) {
  acceptor listener(*server_, kTls);
  error_code end;
  const std::string text(200000, 'x');
  std::string answer;
  asio::co_spawn(io_, echo(listener, server_context_, end), asio::detached);
  asio::co_spawn(io_, ask(*client_, client_context_, text),
                 [&](const std::exception_ptr& failure, std::string result) {
                   EXPECT_EQ(failure, nullptr);
                   answer = std::move(result);
                 });
  run();
  EXPECT_TRUE(answer == text);
  EXPECT_EQ(end, asio::error::eof);
  EXPECT_EQ(client_->stack().connection_count(), 0U);
  EXPECT_EQ(server_->stack().connection_count(), 0U);
}

}  // namespace
}  // namespace tcpstack::runtime
