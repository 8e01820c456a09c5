// Two hosts on a link in memory, in virtual time: the start of every test of sockets.
//
// The client is 10.0.0.1, the server 10.0.0.2. Nothing runs but inside run(), settle() and
// run_until(); a test that fails prints every packet that was on the link.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "stack/runtime/acceptor.h"
#include "stack/runtime/devices/memory_link.h"
#include "stack/runtime/runtime.h"
#include "stack/runtime/socket.h"
#include "stack/runtime/time/manual_time.h"

namespace tcpstack::runtime {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using stream = basic_socket<>;  // `socket` would be hidden by the system's function of that name

inline const Address kClientAddress{0x0a000001};
inline const Address kServerAddress{0x0a000002};
inline const Endpoint kServer{kServerAddress, 7};

// The arguments of a handler, and the number of its calls.
struct outcome {
  int calls = 0;
  error_code ec;
  std::size_t bytes = 0;

  // A handler that writes into this.
  auto handler() {
    return [this](error_code result, std::size_t n = 0) {
      ++calls;
      ec = result;
      bytes = n;
    };
  }
};

class World : public testing::Test {
 protected:
  // Both hosts have the default configuration but for `change`.
  explicit World(void (*change)(TcpConfig&) = nullptr);
  ~World() override;
  void TearDown() override;

  // Two new hosts in the place of the old ones.
  void make_hosts(void (*change)(TcpConfig&));
  // Runs everything that is ready, at the present moment.
  void settle();
  // Runs until `done`. Returns false if no event is left, or an hour of virtual time is over.
  bool run_until(const std::function<bool()>& done);
  // Runs until no event is left: the last TIME_WAIT is over, nobody waits for an alarm.
  void run();

  // Both ends of a connection to port 7.
  struct pair {
    stream client;
    stream server;
  };
  pair connect();

  // Writes all of `text`, or reads up to `most` bytes; runs until that is done.
  void write(stream& to, std::string text);
  std::string read(stream& from, std::size_t most = 1 << 20, error_code* ec = nullptr);

  // May be replaced at any time: false loses the packet.
  std::function<bool(const passage&)> carries_;
  std::size_t packets_ = 0;  // on the link, lost ones included

  asio::io_context io_;
  manual_time time_{io_.get_executor()};
  std::unique_ptr<runtime> client_;
  std::unique_ptr<runtime> server_;

 private:
  bool carry(const passage& passage);

  std::vector<std::string> story_;
};

}  // namespace tcpstack::runtime
