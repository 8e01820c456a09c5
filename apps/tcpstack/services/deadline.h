// A time limit for a client. At its end the client's socket is closed, which aborts the waiting operation.
#pragma once

#include <chrono>

#include <boost/asio/steady_timer.hpp>

#include "stack/runtime/detail/lifeline.h"
#include "stack/runtime/socket.h"

namespace tcpstack::app {

class Deadline {
 public:
  // Sets no limit yet. Requires: `socket` outlives it.
  explicit Deadline(runtime::socket& socket) : socket_(socket), timer_(socket.get_executor()) {}
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  // Sets the limit, from now on, instead of an earlier one.
  void in(std::chrono::milliseconds limit) {
    timer_.expires_after(limit);
    timer_.async_wait(life_.guard([this](const runtime::error_code& ec) {
      if (ec || timer_.expiry() > std::chrono::steady_clock::now()) return;
      is_over_ = true;
      socket_.close();
    }));
  }
  [[nodiscard]] bool is_over() const { return is_over_; }

 private:
  runtime::socket& socket_;
  boost::asio::steady_timer timer_;
  bool is_over_ = false;
  runtime::lifeline life_;
};

}  // namespace tcpstack::app
