// A limit to how long a client may take: when it is over, the client's socket is closed, and the operation that
// waits is aborted.
#pragma once

#include <chrono>

#include <boost/asio/steady_timer.hpp>

#include "stack/runtime/detail/lifeline.h"
#include "stack/runtime/socket.h"

namespace tcpstack::app {

class Deadline {
 public:
  // Does nothing yet. `socket` must outlive it.
  explicit Deadline(runtime::socket& socket) : socket_(socket), timer_(socket.get_executor()) {}
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  // From now on; what was set before is forgotten.
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
