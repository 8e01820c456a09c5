// The chat room of lab A: a client gives its name, and then each of its lines goes to all others.
//
// A client can do no harm to the others: the service keeps at most kLongestLine bytes of its line, and at most
// kMostUnsent bytes that it has not read. The service resets a client that lets more pile up.
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "apps/tcpstack/services/chat_room.h"
#include "apps/tcpstack/services/chat_text.h"
#include "apps/tcpstack/services/protocols.h"

namespace tcpstack::app {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kLongestLine = 1024;
constexpr std::size_t kLongestName = 32;
constexpr std::size_t kMostUnsent = 65536;

// Longer than the delay of an acknowledgment, so that the ACK of the client's FIN is a packet of its own and our
// FIN follows in another, as in lab A.
constexpr std::chrono::milliseconds kBeforeOurFin{100};

asio::awaitable<void> a_moment() {
  asio::steady_timer timer(co_await asio::this_coro::executor, kBeforeOurFin);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

// One client. It owns the socket, because a write may outlive the conversation.
class Member final : public ChatListener, public std::enable_shared_from_this<Member> {
 public:
  explicit Member(runtime::socket socket) : socket_(std::move(socket)) {}

  asio::awaitable<void> talk(ChatRoom& room) {
    hear("Please enter your name:");
    const std::string name = co_await join(room);
    if (!name.empty()) {
      hear("Chat with your friends and enjoy");
      while (const auto line = co_await next_line()) {
        if (!line->empty()) room.say(name, *line);
      }
    }
    socket_.close();
    if (!name.empty()) room.leave(name);
  }

  void hear(std::string_view line) override {
    if (!socket_.is_open()) return;
    if (unsent_.size() + writing_.size() + line.size() > kMostUnsent) {
      spdlog::debug("chat: a client that does not read is thrown out");
      return socket_.abort();
    }
    unsent_ += line;
    unsent_ += '\n';
    if (writing_.empty()) write();
  }

 private:
  // The name under which the client has joined; empty: it left before.
  asio::awaitable<std::string> join(ChatRoom& room) {
    while (auto name = co_await next_line()) {
      if (name->empty() || name->size() > kLongestName) {
        hear(fmt::format("A name has 1 to {} bytes. Please enter your name:", kLongestName));
      } else if (!room.join(*name, *this)) {
        hear(fmt::format("{} is here already. Please enter your name:", *name));
      } else {
        co_return *std::move(name);
      }
    }
    co_return std::string{};
  }

  // The next line in printable form; nothing: the client has ended.
  asio::awaitable<std::optional<std::string>> next_line() {
    std::array<char, 4096> bytes{};
    for (;;) {
      while (const auto line = lines_.next()) {
        if (!line->too_long) co_return printable(trimmed(line->text));
        hear(fmt::format("Your line was longer than {} bytes and is lost.", kLongestLine));
      }
      const auto [ec, size] = co_await socket_.async_read_some(asio::buffer(bytes),
                                                               asio::as_tuple(asio::use_awaitable));
      if (ec == asio::error::eof) co_await a_moment();
      if (ec) co_return std::nullopt;
      lines_.feed({bytes.data(), size});
    }
  }

  void write() {
    writing_ = std::exchange(unsent_, {});
    asio::async_write(socket_, asio::buffer(writing_),
                      [self = shared_from_this()](const runtime::error_code& ec, std::size_t) {
                        self->writing_.clear();
                        if (!ec && !self->unsent_.empty()) self->write();
                      });
  }

  runtime::socket socket_;
  LineSplitter lines_{kLongestLine};
  std::string writing_;  // the text of the current write
  std::string unsent_;   // the text after it
};

// A client may be silent for hours, and the others want to know if it has vanished. So the stack probes it after a
// minute, and ends the connection after another one (RFC 9293 section 3.8.4), unless --keep-alive says otherwise.
void keep_alive(runtime::socket& socket) {
  runtime::error_code ec;
  asio::socket_base::keep_alive is_on;
  socket.get_option(is_on, ec);
  if (ec || is_on.value()) return;
  socket.set_option(runtime::keep_alive_idle(std::chrono::seconds(60)), ec);
  socket.set_option(runtime::keep_alive_interval(std::chrono::seconds(10)), ec);
  socket.set_option(runtime::keep_alive_count(6), ec);
  socket.set_option(asio::socket_base::keep_alive(true), ec);
}

}  // namespace

asio::awaitable<void> chat(std::shared_ptr<ChatRoom> room, runtime::socket& socket) {
  keep_alive(socket);
  const auto member = std::make_shared<Member>(std::move(socket));
  co_await member->talk(*room);
}

}  // namespace tcpstack::app
