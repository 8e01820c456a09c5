// Boost.Asio's own function bodies, compiled here once instead of in every file that includes Asio
// (BOOST_ASIO_SEPARATE_COMPILATION, see CMakeLists.txt). Nothing of ours is in this file.

#include <boost/asio/impl/src.hpp>
