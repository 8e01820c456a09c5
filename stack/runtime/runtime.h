// Runs a core Stack on Boost.Asio: one stack, one device, one timer, one thread.
//
// A stack has three inputs: packets arrive, time passes, a user calls. After each of them drain() asks the stack,
// in this order, for packets to send, for events for its users, and for its next deadline. Users are called in the
// same turn, and the results of their calls are drained, too. socket.h has the sockets.
//
//   asio::io_context io;
//   Config config;                                     // config.h: our address, and every tunable
//   config.ip.address = *Address::parse("10.0.0.2");
//   auto tun = device::Tun::open("tun0").value();      // tun_config.h configures the kernel's end
//   runtime::runtime host(io.get_executor(), config, seed,
//                         std::make_unique<runtime::tun_device>(io.get_executor(), std::move(tun)));
//   // make sockets and acceptors, and start their operations; then
//   io.run();
//
// Not thread-safe: everything is used on the executor's one thread, or while that is not running. With a pool of
// threads the executor is a strand (docs/sockets.md). A debug build asserts it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <tuple>
#include <vector>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/intrusive/list.hpp>

#include "stack/base/ring.h"
#include "stack/base/seed.h"
#include "stack/runtime/detail/io_object.h"
#include "stack/runtime/detail/lifeline.h"
#include "stack/runtime/detail/thread_watch.h"
#include "stack/runtime/devices/packet_device.h"
#include "stack/runtime/devices/packet_tap.h"
#include "stack/runtime/error.h"
#include "stack/runtime/time/timekeeper.h"
#include "stack/stack.h"

namespace tcpstack::runtime {

class acceptor_impl;
class datagram_impl;
class socket_impl;

// The runtime's own counters; the stack's are in stack().counters().
struct runtime_counters {
  std::uint64_t batches = 0;           // of received packets
  std::uint64_t lost_would_block = 0;  // packets that the device had no room for
  std::uint64_t lost_failed = 0;       // packets that the device refused
};

class runtime {
 public:
  using executor_type = boost::asio::any_io_executor;

  // Begins to wait for packets. `seed` as for Stack. Without `time` it runs in real time. The runtime must not
  // outlive the executor's context. Sockets may outlive the runtime, and are closed then.
  runtime(executor_type executor, const Config& config, const base::Seed& seed,
          std::unique_ptr<packet_device> device, std::unique_ptr<timekeeper> time = nullptr);
  ~runtime();
  runtime(const runtime&) = delete;
  runtime& operator=(const runtime&) = delete;

  executor_type get_executor() const noexcept { return executor_; }
  [[nodiscard]] const executor_type& executor() const { return executor_; }

  // Closes all acceptors and datagram sockets, and every connection in order, and aborts all operations. Completes
  // when no connection is left (connections in TIME_WAIT do not count), or with timed_out after `limit`, when it
  // resets the rest. A second call does not wait. Signature: void(error_code). Afterwards the runtime leaves
  // nothing running in the executor.
  template <typename CompletionToken>
  auto async_stop(Duration limit, CompletionToken&& token) {
    return boost::asio::async_initiate<CompletionToken, void(error_code)>(
        [this](auto handler, Duration how_long) { stop(how_long, std::move(handler)); }, token,
        limit);
  }

  // --- for observers
  // nullptr: none. Both must outlive the runtime, or be removed before.
  void observe(trace::Observer* observer) { stack_.observe(observer); }
  void tap(packet_tap* tap) { tap_ = tap; }
  // Limits the handlers that are called in one turn. With 1, other work of the executor has its turn after each, so
  // that a test can step from one to the next.
  void limit_handlers(std::size_t most_in_a_turn) { handler_budget_ = most_in_a_turn; }
  // Called when the device is broken (for instance deleted): no packet will arrive again.
  void on_device_failure(std::function<void(error_code)> handler) {
    device_failed_ = std::move(handler);
  }
  // Both live as long as the runtime, and change with each turn of the loop. stack().tcb() is valid until the next
  // turn or call of a socket.
  [[nodiscard]] const Stack& stack() const { return stack_; }
  [[nodiscard]] const runtime_counters& counters() const { return counters_; }
  // Within a turn of the loop the time stands still: reading the clock each time costs more than a read.
  Time now() { return draining_ ? turn_ : time_->now(); }

  // --- for sockets and acceptors
  Stack& stack() { return stack_; }
  [[nodiscard]] bool is_stopping() const { return phase_ != phase::running; }
  // The closed object of all handles that have been moved from.
  template <typename Impl>
  [[nodiscard]] std::shared_ptr<Impl> vacant() const {
    return std::get<std::shared_ptr<Impl>>(vacant_);
  }
  [[nodiscard]] const thread_watch& watch_threads() const { return threads_; }
  void add(io_object& object) { objects_.push_back(object); }
  // Sets the receiver of events; nullptr: none.
  void route(ConnectionId connection, socket_impl* socket);
  void route(ListenerId listener, acceptor_impl* acceptor);
  void route(DatagramSocketId socket, datagram_impl* datagrams);
  // An operation has ended: its handler is called in this turn, or in a later one soon.
  void complete(completion ready);
  [[nodiscard]] const boost::asio::any_completion_executor& home() const { return home_; }
  // From its start to its end an operation counts as work of the executor.
  void operation_begins();
  void operation_ends();
  // A user has called: drains once, after all ready work, so that the calls of one turn leave in as few packets as
  // possible.
  void schedule_drain();

 private:
  using stop_operation = operation<>;
  // Handlers called in one turn; each may end another operation at once.
  static constexpr std::size_t kHandlerBudget = 256;

  // --- the inputs of a stack
  void device_readable();
  // Returns the number of packets in the batch. A user may have ended the runtime.
  std::size_t take_batch(error_code& ec);
  void serve_users(Time now);
  void alarm_rings();

  // --- and its outputs
  void drain();
  // Returns false if it stopped for the sake of others before everything was sent.
  bool transmit(Time now);
  void send(const TxPacket& packet, Time now);
  // Returns false if there was none.
  bool deliver_events();
  void deliver(const Event& event);
  // Calls at most `budget` due handlers, and reduces it by their number. Returns false if none was due.
  bool call_handlers(std::size_t& budget);
  void sleep();

  void stop(Duration limit, stop_operation::handler handler);
  void check_stop();
  void finish_stop(error_code ec);

  executor_type executor_;
  boost::asio::any_completion_executor home_;  // the same
  executor_type busy_;  // the executor with outstanding work, while operations exist
  std::size_t operations_ = 0;
  Stack stack_;
  std::unique_ptr<packet_device> device_;
  std::unique_ptr<timekeeper> time_;
  packet_tap* tap_ = nullptr;
  std::function<void(error_code)> device_failed_;
  runtime_counters counters_;

  boost::intrusive::list<io_object, boost::intrusive::constant_time_size<false>> objects_;
  std::tuple<std::shared_ptr<socket_impl>, std::shared_ptr<acceptor_impl>,
             std::shared_ptr<datagram_impl>>
      vacant_;
  thread_watch threads_ = make_thread_watch();
  std::vector<socket_impl*> sockets_;      // by ConnectionId's index
  std::vector<acceptor_impl*> acceptors_;  // by ListenerId's index
  std::vector<datagram_impl*> datagrams_;  // by DatagramSocketId's index

  enum class phase { running, stopping, stopped };

  phase phase_ = phase::running;
  base::Ring<completion> due_;  // handlers to call
  std::size_t handler_budget_ = kHandlerBudget;
  bool drain_scheduled_ = false;
  bool draining_ = false;
  Time turn_{};  // while draining
  Time stop_deadline_ = kNever;
  operation_queue<stop_operation> stops_;
  lifeline life_;
};

}  // namespace tcpstack::runtime
