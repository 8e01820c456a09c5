// One accident at every point of a conversation: after the n-th handler that runs, for n from 1 on, until the
// conversation ends before that. After each accident every operation completes and nothing is left.
#include <exception>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

constexpr auto use_awaitable = asio::use_awaitable;
constexpr std::size_t kSize = 3000;
constexpr int kQuestions = 2;

class Conversation;

struct accident {
  const char* name;
  void (*happens)(Conversation&);
};

// A line, an answer of three segments while it is acknowledged, and the goodbye: every kind of operation.
class Conversation : public World, public testing::WithParamInterface<accident> {
 public:
  void start() {
    client_->limit_handlers(1);
    server_->limit_handlers(1);
    listener_.emplace(*server_, kServer);
    caller_.emplace(*client_);
    answerer_.emplace(*server_);
    spawn(answer(), answer_cancel_, answered_);
    spawn(ask(), ask_cancel_, asked_);
  }
  // Runs until both have ended; true when the accident came before that.
  bool run_with_accident_after(int handlers) {
    const auto both_ended = [this] { return answered_.calls + asked_.calls == 2; };
    bool happened = false;
    EXPECT_TRUE(run_until([&, count = 0]() mutable {
      if (both_ended()) return true;
      if (count++ == handlers) {
        happened = true;
        GetParam().happens(*this);
      }
      return false;
    })) << "after "
        << handlers << " handlers nobody ends";
    return happened;
  }
  // Goes on until both stacks have forgotten everything.
  void end() {
    caller_.reset();
    answerer_.reset();
    listener_.reset();
    run();
  }

  outcome answered_;
  outcome asked_;
  asio::cancellation_signal answer_cancel_;
  asio::cancellation_signal ask_cancel_;
  std::optional<acceptor> listener_;
  std::optional<stream> caller_;
  std::optional<stream> answerer_;

  using World::client_;
  using World::server_;

 protected:
  asio::awaitable<void> answer() {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    co_await listener_->async_accept(*answerer_, use_awaitable);
    const std::string text(kSize, 'a');
    for (int question = 0; question < kQuestions; ++question) {
      std::string line;
      co_await asio::async_read_until(*answerer_, asio::dynamic_buffer(line), '\n', use_awaitable);
      co_await asio::async_write(*answerer_, asio::buffer(text), use_awaitable);
    }
    answerer_->shutdown(stream::shutdown_send);
    co_await answerer_->async_wait(stream::wait_read, use_awaitable);
  }
  asio::awaitable<void> ask() {
    using namespace asio::experimental::awaitable_operators;
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    co_await caller_->async_connect(kServer, use_awaitable);
    for (int question = 0; question < kQuestions; ++question) {
      std::string text(kSize, '\0');
      co_await (asio::async_write(*caller_, asio::buffer("question\n", 9), use_awaitable) &&
                asio::async_read(*caller_, asio::buffer(text), use_awaitable));
      EXPECT_EQ(text, std::string(kSize, 'a'));
    }
    caller_->close();
  }

 private:
  void spawn(asio::awaitable<void> work, asio::cancellation_signal& cancel, outcome& result) {
    asio::co_spawn(io_, std::move(work),
                   asio::bind_cancellation_slot(cancel.slot(),
                                                [this, &result](const std::exception_ptr& failure) {
                                                  result.handler()(code_of(failure));
                                                  give_up();
                                                }));
  }
  // Each side that ends lets go of its connection, as its destructor would.
  void give_up() {
    if (asked_.calls > 0 && caller_) caller_->close();
    if (answered_.calls > 0 && answerer_) answerer_->close();
    if ((asked_.ec || answered_.ec) && listener_) listener_->close();
  }
  static error_code code_of(const std::exception_ptr& failure) {
    if (!failure) return {};
    try {
      std::rethrow_exception(failure);
    } catch (const boost::system::system_error& error) {
      return error.code();
    } catch (const asio::multiple_exceptions& several) {
      return code_of(several.first_exception());
    }
  }
};

TEST_P(Conversation, HappensAtEveryPoint) {
  int happened = 0;
  for (bool again = true; again; ++happened) {
    answered_ = asked_ = {};
    start();
    again = run_with_accident_after(happened);
    if (!again) {
      EXPECT_EQ(asked_.ec, error_code());
      EXPECT_EQ(answered_.ec, error_code());
    }
    end();
    ASSERT_EQ(client_->stack().connection_count(), 0U) << "after " << happened;
    ASSERT_EQ(server_->stack().connection_count(), 0U) << "after " << happened;
    if (HasFailure()) return;
  }
  EXPECT_GT(happened, 20) << "it is a conversation of many steps";
}

void cancel(asio::cancellation_signal& signal, asio::cancellation_type type) { signal.emit(type); }

INSTANTIATE_TEST_SUITE_P(
    Every, Conversation,
    testing::Values(
        accident{"CancelsTheAskerTerminally",
                 [](Conversation& c) { cancel(c.ask_cancel_, asio::cancellation_type::terminal); }},
        accident{"CancelsTheAskerPartially",
                 [](Conversation& c) { cancel(c.ask_cancel_, asio::cancellation_type::partial); }},
        accident{"CancelsTheAskerTotally",
                 [](Conversation& c) { cancel(c.ask_cancel_, asio::cancellation_type::total); }},
        accident{
            "CancelsTheAnswererTerminally",
            [](Conversation& c) { cancel(c.answer_cancel_, asio::cancellation_type::terminal); }},
        accident{"CancelsTheOperationsOfASocket",
                 [](Conversation& c) {
                   error_code closed_already;
                   c.caller_->cancel(closed_already);
                 }},
        accident{"ClosesTheAskersSocket", [](Conversation& c) { c.caller_->close(); }},
        accident{"ClosesTheAnswerersSocket", [](Conversation& c) { c.answerer_->close(); }},
        accident{"ResetsByTheAsker", [](Conversation& c) { c.caller_->abort(); }},
        accident{"ResetsByTheAnswerer", [](Conversation& c) { c.answerer_->abort(); }}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace tcpstack::runtime
