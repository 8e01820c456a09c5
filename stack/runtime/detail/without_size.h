// A handler for an operation that has a result of which it does not want to know: of connecting without text.
#pragma once

#include <cstddef>
#include <utility>

#include <boost/asio/associator.hpp>

#include "stack/runtime/error.h"

namespace tcpstack::runtime {

template <typename Handler>
struct without_size {
  explicit without_size(Handler&& wrapped) : handler(std::move(wrapped)) {}
  void operator()(error_code ec, std::size_t) { std::move(handler)(ec); }

  Handler handler;
};

}  // namespace tcpstack::runtime

// Its executor, allocator and cancellation slot are those of the handler inside.
template <template <typename, typename> class Associator, typename Handler, typename Default>
struct boost::asio::associator<Associator, tcpstack::runtime::without_size<Handler>, Default>
    : Associator<Handler, Default> {
  static auto get(const tcpstack::runtime::without_size<Handler>& outer) noexcept {
    return Associator<Handler, Default>::get(outer.handler);
  }
  static auto get(const tcpstack::runtime::without_size<Handler>& outer,
                  const Default& otherwise) noexcept {
    return Associator<Handler, Default>::get(outer.handler, otherwise);
  }
};
