// A waiting asynchronous operation: its completion handler, type-erased, and the promise to Asio that there is work
// to do.
//
// Type erasure keeps the templates of socket.h to a line each; all code below them is compiled once. The handler
// keeps its associated executor, allocator and cancellation slot. When the operation has ended, the runtime calls
// the handler in the same turn of its loop.
//
// Hundreds of thousands of operations may wait, nearly all of them with the runtime's own executor. These hold no
// executor, and the runtime calls their handlers directly. A handler with another executor is wrapped
// (handler_elsewhere).
#pragma once

#include <cstdint>
#include <memory>
#include <tuple>
#include <utility>
#include <variant>

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
#include <boost/asio/socket_base.hpp>

#include "stack/runtime/error.h"

namespace tcpstack::runtime {

class runtime;
class socket_impl;

using operation_id = std::uint64_t;

// The starter of an operation: an I/O object, or the runtime itself.
struct origin {
  runtime* owner;  // nullptr: the runtime has ended
  const boost::asio::any_io_executor& executor;
  bool is_home;  // the executor is the owner's, and the owner has not ended
  operation_id id = 0;
};

// A handler that is due, with its arguments.
template <typename... Results>
struct completed {
  boost::asio::any_completion_handler<void(error_code, Results...)> handler;
  error_code ec;
  std::tuple<Results...> results;

  void call() {
    std::apply([this](Results&... each) { std::move(handler)(ec, std::move(each)...); }, results);
  }
};
// Any kind of completed operation.
using completion =
    std::variant<completed<>, completed<std::size_t>, completed<std::shared_ptr<socket_impl>>>;

// ---- the runtime's services for operations, in runtime.cc -------------------------------------------

// Lets the runtime call `ready`, but not before this returns.
void complete_soon(runtime& owner, completion ready);

// While one exists, the runtime's executor has work to do. Empty: the runtime has ended.
struct end_work {
  void operator()(runtime* owner) const;
};
using work = std::unique_ptr<runtime, end_work>;
work begin_work(runtime* owner);

// The runtime's executor in the type that handlers have; a conversion would cost an allocation.
const boost::asio::any_completion_executor& home_of(const runtime& owner);

// -----------------------------------------------------------------------------------------------------

// A handler with another executor than the runtime's, through which it is called. That executor and the I/O
// object's have work until then.
template <typename... Results>
class handler_elsewhere {
 public:
  using handler = boost::asio::any_completion_handler<void(error_code, Results...)>;
  using cancellation_slot_type = boost::asio::cancellation_slot;

  handler_elsewhere(handler user, const origin& from)
      : runtime_calls_(from.owner != nullptr),
        origins_(boost::asio::prefer(from.executor, tracked)),
        executor_(boost::asio::prefer(boost::asio::get_associated_executor(user, from.executor),
                                      tracked)),
        handler_(std::move(user)) {}

  void operator()(error_code ec, Results... results) {
    auto told = boost::asio::append(std::move(handler_), ec, std::move(results)...);
    if (runtime_calls_) {
      boost::asio::dispatch(boost::asio::bind_executor(executor_, std::move(told)));
    } else {
      boost::asio::post(origins_, std::move(told));  // the initiating function is still running
    }
  }
  [[nodiscard]] cancellation_slot_type get_cancellation_slot() const {
    return handler_.get_cancellation_slot();
  }

 private:
  static constexpr auto tracked = boost::asio::execution::outstanding_work.tracked;

  bool runtime_calls_;
  boost::asio::any_io_executor origins_;
  boost::asio::any_completion_executor executor_;
  handler handler_;
};

template <typename... Results>
class operation {
 public:
  using handler = boost::asio::any_completion_handler<void(error_code, Results...)>;

  // The origin's executor and the handler's have work until the end.
  operation(handler user, const origin& from)
      : id_(from.id),
        work_(begin_work(from.owner)),
        handler_(callable_at_home(std::move(user), from)) {}

  // Calls the handler, through its executor (the origin's if it has none), and never before this returns. Call it
  // once.
  void complete(error_code ec, Results... results) {
    if (work_ == nullptr) return std::move(handler_)(ec, std::move(results)...);
    complete_soon(*work_, completed<Results...>{std::move(handler_), ec, {std::move(results)...}});
  }
  void abort() { complete(boost::asio::error::operation_aborted, Results{}...); }

  [[nodiscard]] operation_id id() const { return id_; }
  [[nodiscard]] boost::asio::cancellation_slot slot() const {
    return handler_.get_cancellation_slot();
  }

 private:
  static bool is_at_home(const handler& user, const origin& from) {
    if (!from.is_home) return false;
    const boost::asio::any_completion_executor
        none;  // the result if the handler has no executor; the runtime's would be copied
    const auto executor = boost::asio::get_associated_executor(user, none);
    return executor == none || executor == home_of(*from.owner);
  }
  static handler callable_at_home(handler user, const origin& from) {
    if (is_at_home(user, from)) return user;
    return handler_elsewhere<Results...>(std::move(user), from);
  }

  operation_id id_;
  work work_;
  handler handler_;
};

// An async_wait.
struct wait_operation : operation<> {
  using wait_type = boost::asio::socket_base::wait_type;
  wait_operation(handler h, const origin& from, wait_type w)
      : operation(std::move(h), from), what(w) {}
  wait_type what;
};

// Waiting operations of one kind, in the order of their start. A circular list in which the last knows the first,
// so that a queue is one pointer.
template <typename Operation>
class operation_queue {
 public:
  operation_queue() = default;
  operation_queue(const operation_queue&) = delete;
  operation_queue& operator=(const operation_queue&) = delete;
  ~operation_queue() {
    while (!empty()) remove_after(last_);
  }

  [[nodiscard]] bool empty() const { return last_ == nullptr; }

  void push(Operation&& operation) {
    node* const added = new node{std::move(operation), nullptr};
    added->next = empty() ? added : std::exchange(last_->next, added);
    last_ = added;
  }

  // Takes operations off the front while try_one(Operation&) returns true, which means completed.
  template <typename TryOne>
  void serve(TryOne try_one) {
    while (!empty() && try_one(last_->next->operation)) remove_after(last_);
  }
  // Takes out all operations for which it returns true.
  template <typename TryOne>
  void serve_each(TryOne try_one) {
    const node* const end = last_;
    bool more = !empty();
    for (node* before = last_; more;) {
      node* const each = before->next;
      more = each != end;
      if (try_one(each->operation)) {
        remove_after(before);
      } else {
        before = each;
      }
    }
  }

  // Aborts one operation, if it still waits here.
  void cancel(operation_id id) {
    serve_each([id](Operation& each) {
      if (each.id() != id) return false;
      each.abort();
      return true;
    });
  }
  void cancel_all() {
    serve([](Operation& each) {
      each.abort();
      return true;
    });
  }

 private:
  struct node {
    Operation operation;
    node* next;
  };

  void remove_after(node* before) {
    const std::unique_ptr<node> removed(before->next);
    before->next = removed->next;
    if (removed.get() == last_) last_ = before == last_ ? nullptr : before;
  }

  node* last_ = nullptr;
};

}  // namespace tcpstack::runtime
