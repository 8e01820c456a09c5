// The common part of sockets and acceptors: they belong to a runtime, which may end before they do, and have
// operations that can be cancelled one at a time.
//
// The usual order, io_context first and runtime after it, destroys the runtime before the coroutines that wait in
// the io_context, and before their sockets. So a runtime informs its objects of its end: their operations complete
// with operation_aborted, and the objects are closed from then on.
//
// A program may hold a hundred thousand idle objects, so state that only few need is not in all of them.
#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/intrusive/list_hook.hpp>

#include "stack/runtime/detail/operation.h"
#include "stack/runtime/detail/thread_watch.h"
#include "stack/wire/address.h"

namespace tcpstack::runtime {

class runtime;

// For an object that is shared by all handles that have been moved from.
struct vacancy {};

class io_object : public std::enable_shared_from_this<io_object>,
                  public boost::intrusive::list_base_hook<
                      boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  // `owner`: nullptr if the runtime has ended.
  io_object(runtime* owner, const boost::asio::any_io_executor& executor);
  io_object(runtime& owner, vacancy mark);
  io_object(const io_object&) = delete;
  io_object& operator=(const io_object&) = delete;
  virtual ~io_object() = default;

  [[nodiscard]] const boost::asio::any_io_executor& executor() const;
  // nullptr: the runtime has ended.
  [[nodiscard]] runtime* owner() const { return runtime_; }
  // nullptr: the runtime has ended.
  [[nodiscard]] const thread_watch& watch_threads() const;
  // Is it shared by handles that have been moved from? It is closed and stays so: a handle that wants more takes an
  // object of its own.
  [[nodiscard]] bool is_vacant() const { return is_vacant_; }

  // Aborts the operation if it is still waiting.
  virtual void cancel_operation(operation_id id) = 0;

  // The runtime stops: no new work, all operations aborted, connections closed in order.
  virtual void runtime_stops() = 0;
  // The runtime ends at once: all operations aborted, and the object closed from then on.
  void runtime_ends();

 protected:
  // The origin of the next operation.
  origin next();
  // Lets the operation be cancelled through its handler's cancellation slot.
  void watch(operation_id id, boost::asio::cancellation_slot slot);

  // May the object take this local address? An unspecified one means ours. Requires: the runtime has not ended.
  [[nodiscard]] bool is_ours(Address address) const;

  runtime* runtime_;  // nullptr: the runtime has ended

 private:
  using any_executor = boost::asio::any_io_executor;

  // Aborts all operations, and drops the handle: its stack ends.
  virtual void forget_stack() = 0;

  std::unique_ptr<const any_executor> own_executor_;  // nullptr: the runtime's
  operation_id last_id_ = 0;
  bool is_vacant_ = false;
};

}  // namespace tcpstack::runtime
