// Operations that wait: their queue, and what Asio is promised while they do.
#include "stack/runtime/detail/operation.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/strand.hpp>

#include "stack/base/random.h"
#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

// ---- the queue --------------------------------------------------------------------------------------

using numbers = std::vector<operation_id>;

struct numbered {
  operation_id number;
  numbers* aborted;
  [[nodiscard]] operation_id id() const { return number; }
  void abort() const { aborted->push_back(number); }
};

numbers taken_from(operation_queue<numbered>& queue) {
  numbers taken;
  queue.serve([&](const numbered& each) {
    taken.push_back(each.number);
    return true;
  });
  return taken;
}

TEST(OperationQueueTest, IsServedInOrderAsLongAsThereIsSomething) {
  numbers aborted;
  operation_queue<numbered> queue;
  for (operation_id i = 1; i <= 4; ++i) queue.push({i, &aborted});
  numbers tried;
  queue.serve([&](const numbered& each) {
    tried.push_back(each.number);
    return each.number < 3;
  });
  EXPECT_EQ(tried, (numbers{1, 2, 3}));
  EXPECT_EQ(taken_from(queue), (numbers{3, 4}));
  EXPECT_TRUE(queue.empty());
}

// Against a vector.
TEST(OperationQueueTest, AnyMayGo) {
  base::Random random(7);
  numbers aborted;
  numbers model_aborted;
  operation_queue<numbered> queue;
  numbers model;
  for (operation_id i = 0; i < 3000; ++i) {
    const std::uint64_t choice = random.next() % 8;
    const operation_id chosen = i - random.next() % 8;
    if (choice < 5) {
      queue.push({i, &aborted});
      model.push_back(i);
    } else if (choice < 7) {
      queue.cancel(chosen);
      if (std::erase(model, chosen) > 0) model_aborted.push_back(chosen);
    } else {
      queue.serve_each([](const numbered& each) { return each.number % 3 != 0; });
      std::erase_if(model, [](operation_id each) { return each % 3 != 0; });
    }
    ASSERT_EQ(queue.empty(), model.empty()) << "after " << i;
  }
  EXPECT_EQ(aborted, model_aborted);
  EXPECT_EQ(taken_from(queue), model);
}

// ---- executors --------------------------------------------------------------------------------------

class silent_device final : public packet_device {
 public:
  std::span<const RxPacket> receive(error_code& /*ec*/) override { return {}; }
  send_result send(const TxPacket& /*packet*/) override { return send_result::sent; }
  void wait_readable() override {}
  void cancel() override {}
};

// Without anything but operations that could keep the executor busy.
class WorkTest : public testing::Test {
 protected:
  void settle() {
    io_.restart();
    io_.poll();
  }

  asio::io_context io_;
  manual_time time_{io_.get_executor()};
  runtime runtime_{io_.get_executor(), Config{}, 1, std::make_unique<silent_device>(),
                   time_.make_timekeeper()};
  acceptor listener_{runtime_, Endpoint{Address{}, 7}};
  outcome first_;
  outcome second_;
};

TEST_F(WorkTest, OperationsThatWaitAreWorkForTheExecutor) {
  settle();
  EXPECT_TRUE(io_.stopped()) << "nobody waits";
  stream peer(runtime_);
  listener_.async_accept(peer, first_.handler());
  listener_.async_wait(acceptor::wait_read, second_.handler());
  settle();
  EXPECT_FALSE(io_.stopped());
  listener_.close();
  settle();
  EXPECT_EQ(first_.calls + second_.calls, 2);
  EXPECT_TRUE(io_.stopped()) << "nobody waits any more";
}

TEST_F(WorkTest, BothTheSocketsExecutorAndTheHandlersAreKeptBusy) {
  asio::io_context sockets;
  asio::io_context handlers;
  basic_acceptor<> listener(runtime_, asio::any_io_executor(sockets.get_executor()));
  listener.listen({Address{}, 8});
  listener.async_wait(acceptor::wait_read, asio::bind_executor(handlers, first_.handler()));
  settle();
  EXPECT_EQ(sockets.poll() + handlers.poll(), 0U);
  EXPECT_FALSE(sockets.stopped());
  EXPECT_FALSE(handlers.stopped());
  listener.close();
  settle();
  EXPECT_EQ(first_.calls, 0) << "it is not called here";
  handlers.poll();
  EXPECT_EQ(first_.calls, 1);
  sockets.poll();
  EXPECT_TRUE(sockets.stopped());
}

TEST_F(WorkTest, AHandlerOfAStrandRunsInIt) {
  auto strand = asio::make_strand(io_);
  bool inside = false;
  listener_.async_wait(acceptor::wait_read, asio::bind_executor(strand, [&](error_code) {
                         inside = strand.running_in_this_thread();
                       }));
  listener_.close();
  settle();
  EXPECT_TRUE(inside);
}

TEST_F(WorkTest, AHandlerThatBelongsElsewhereCanBeCancelled) {
  asio::io_context other;
  asio::cancellation_signal signal;
  listener_.async_wait(
      acceptor::wait_read,
      asio::bind_cancellation_slot(signal.slot(), asio::bind_executor(other, first_.handler())));
  settle();
  signal.emit(asio::cancellation_type::total);
  settle();
  other.poll();
  EXPECT_EQ(first_.calls, 1);
  EXPECT_EQ(first_.ec, asio::error::operation_aborted);
}

class EndedTest : public World {};

TEST_F(EndedTest, HandlersAreCalledByTheirExecutorsAllTheSame) {
  stream late(*server_);
  server_.reset();
  asio::io_context other;
  outcome here;
  outcome elsewhere;
  late.async_wait(stream::wait_read, here.handler());
  late.async_wait(stream::wait_read, asio::bind_executor(other, elsewhere.handler()));
  EXPECT_EQ(here.calls, 0);
  settle();
  EXPECT_EQ(here.ec, asio::error::bad_descriptor);
  EXPECT_EQ(elsewhere.calls, 0);
  other.poll();
  EXPECT_EQ(elsewhere.ec, asio::error::bad_descriptor);
}

}  // namespace
}  // namespace tcpstack::runtime
