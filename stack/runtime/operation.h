// An asynchronous operation that waits: its completion handler, type-erased, and the promise to Asio
// that there is work to do.
//
// Type erasure keeps the templates of socket.h to a line each; everything below them is compiled once.
// The handler keeps its associated executor, allocator and cancellation slot.
#pragma once

#include <cstdint>
#include <iterator>
#include <list>
#include <utility>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/append.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/recycling_allocator.hpp>

#include "stack/runtime/error.h"

namespace tcpstack::runtime {

using operation_id = std::uint64_t;

template <typename... Results>
class operation {
 public:
  using handler = boost::asio::any_completion_handler<void(error_code, Results...)>;

  // `executor` is the I/O object's. Both it and the handler's are kept busy until the end.
  operation(handler completion, const boost::asio::any_io_executor& executor, operation_id id)
      : id_(id),
        executor_(boost::asio::prefer(executor, tracked)),
        handler_executor_(boost::asio::prefer(
            boost::asio::get_associated_executor(completion, executor), tracked)),
        handler_(std::move(completion)) {}

  // Calls the handler, through its executor and never before this returns. Once only.
  void complete(error_code ec, Results... results) {
    boost::asio::post(executor_,
                      boost::asio::append(std::move(handler_), ec, std::move(results)...));
  }
  void abort() { complete(boost::asio::error::operation_aborted, Results{}...); }

  [[nodiscard]] operation_id id() const { return id_; }
  [[nodiscard]] boost::asio::cancellation_slot slot() const {
    return handler_.get_cancellation_slot();
  }

 private:
  static constexpr auto tracked = boost::asio::execution::outstanding_work.tracked;

  operation_id id_;
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
