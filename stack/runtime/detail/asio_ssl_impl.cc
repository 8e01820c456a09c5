// The function bodies of asio::ssl, compiled here once as in asio_impl.cc. A file of its own: the linker
// leaves it out of programs that do not use TLS.

#include <boost/asio/ssl/impl/src.hpp>
