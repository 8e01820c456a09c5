// An asynchronous operation that waits: its completion handler, type-erased, and the promise to Asio
// that there is work to do.
//
// Type erasure keeps the templates of socket.h to a line each; everything below them is compiled once.
// The handler keeps its associated executor, allocator and cancellation slot. When the operation is over the runtime
// calls it, in the turn of its loop in which that happened.
#pragma once

#include <cstdint>
#include <iterator>
#include <list>
#include <utility>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/append.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/recycling_allocator.hpp>

#include "stack/runtime/error.h"

namespace tcpstack::runtime {

class runtime;

using operation_id = std::uint64_t;
using completion = boost::asio::any_completion_handler<void()>;

// Where an operation comes from: an I/O object, or the runtime itself.
struct origin {
  runtime* owner;  // nullptr: it has ended
  const boost::asio::any_io_executor& executor;
  operation_id id = 0;
};

// Lets the runtime call `ready`, but not before this returns.
void complete_soon(runtime& owner, completion ready);

template <typename... Results>
class operation {
 public:
  using handler = boost::asio::any_completion_handler<void(error_code, Results...)>;

  // The origin's executor and the handler's are kept busy until the end.
  operation(handler user, const origin& from)
      : id_(from.id),
        owner_(from.owner),
        executor_(boost::asio::prefer(from.executor, tracked)),
        handler_executor_(boost::asio::prefer(
            boost::asio::get_associated_executor(user, from.executor), tracked)),
        handler_(std::move(user)) {}

  // Calls the handler, through its executor (the origin's if it has none) and never before this returns. Once only.
  void complete(error_code ec, Results... results) {
    if (owner_ == nullptr) {
      const boost::asio::any_io_executor executor = std::move(executor_);
      boost::asio::post(executor,
                        boost::asio::append(std::move(handler_), ec, std::move(results)...));
      return;
    }
    runtime& owner = *owner_;
    complete_soon(owner, [self = std::move(*this), ec, ... result = std::move(results)]() mutable {
      boost::asio::dispatch(boost::asio::bind_executor(
          self.handler_executor_,
          boost::asio::append(std::move(self.handler_), ec, std::move(result)...)));
    });
  }
  void abort() { complete(boost::asio::error::operation_aborted, Results{}...); }

  [[nodiscard]] operation_id id() const { return id_; }
  [[nodiscard]] boost::asio::cancellation_slot slot() const {
    return handler_.get_cancellation_slot();
  }

 private:
  static constexpr auto tracked = boost::asio::execution::outstanding_work.tracked;

  operation_id id_;
  runtime* owner_;
  boost::asio::any_io_executor executor_;
  boost::asio::any_completion_executor handler_executor_;
  handler handler_;
};

// Operations of one kind that wait, in the order in which they were started.
template <typename Operation>
class operation_queue {
 public:
  [[nodiscard]] bool empty() const { return waiting_.empty(); }
  Operation& push(Operation&& operation) { return waiting_.emplace_back(std::move(operation)); }

  // Takes operations off the front as long as try_one(Operation&) returns true: it is completed.
  template <typename TryOne>
  void serve(TryOne try_one) {
    while (!waiting_.empty() && try_one(waiting_.front())) waiting_.pop_front();
  }

  // Aborts one, if it still waits here.
  void cancel(operation_id id) {
    for (auto each = waiting_.begin(); each != waiting_.end(); ++each) {
      if (each->id() != id) continue;
      each->abort();
      waiting_.erase(each);
      return;
    }
  }
  void cancel_all() {
    for (; !waiting_.empty(); waiting_.pop_front()) waiting_.front().abort();
  }

 private:
  std::list<Operation, boost::asio::recycling_allocator<Operation>> waiting_;
};

}  // namespace tcpstack::runtime
