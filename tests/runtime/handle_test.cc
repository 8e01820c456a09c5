// Handles: assignment, and handlers of a runtime that has ended.
#include <memory>
#include <utility>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

class HandleTest : public World {};

TEST_F(HandleTest, AssignedToItselfItStaysOpen) {
  acceptor listener(*server_, kServer);
  acceptor& itself = listener;
  listener = std::move(itself);
  EXPECT_TRUE(listener.is_open());
  EXPECT_EQ(listener.local_endpoint(), kServer);
}

TEST_F(HandleTest, TakesTheExecutorOfWhatItIsAssigned) {
  asio::io_context other;
  stream first(*client_);
  first = stream(*client_, other.get_executor());
  EXPECT_EQ(first.get_executor(), other.get_executor());
}

// "Never complete inside the initiating function", also where the executor would allow it.
TEST_F(HandleTest, OfAnEndedRuntimeCompletesLater) {
  stream late(*server_);
  server_.reset();
  outcome waited;
  bool was_inside = true;
  asio::post(io_, [&] {
    late.async_wait(stream::wait_read, asio::bind_executor(io_.get_executor(), waited.handler()));
    was_inside = waited.calls > 0;
  });
  settle();
  EXPECT_FALSE(was_inside);
  EXPECT_EQ(waited.ec, asio::error::bad_descriptor);
}

}  // namespace
}  // namespace tcpstack::runtime
