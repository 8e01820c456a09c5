// Sockets: reading and writing (RFC 9293 sections 3.10.2 and 3.10.3), urgent text, and the report of the connection's
// end.
#include <algorithm>
#include <limits>
#include <sys/socket.h>
#include <utility>

#include "stack/runtime/detail/socket_impl.h"
#include "stack/runtime/runtime.h"

namespace tcpstack::runtime {

namespace error = boost::asio::error;

namespace {

// Urgent text has no other flags.
bool are_supported(socket_impl::message_flags flags) {
  return flags == MSG_OOB || (flags & ~(MSG_MORE | MSG_EOR | MSG_ZEROCOPY)) == 0;
}

SendFlags to_send_flags(socket_impl::message_flags flags, bool is_last_buffer) {
  return {.more_follows = (flags & MSG_MORE) != 0,
          .end_of_record = is_last_buffer && (flags & MSG_EOR) != 0,
          .constant = (flags & MSG_ZEROCOPY) != 0};
}

}  // namespace

void socket_impl::async_read_some(read_operation::handler handler, const mutable_buffers& buffers) {
  read_operation read(std::move(handler), next(), buffers);
  if (reads_.empty() && try_read(read)) return;
  watch(read.id(), read.slot());
  reads_.push(std::move(read));
}

void socket_impl::async_write_some(write_operation::handler handler, const const_buffers& buffers,
                                   message_flags flags) {
  write_operation write(std::move(handler), next(), buffers, flags);
  if (writes_.empty() && try_write(write)) return;
  watch(write.id(), write.slot());
  writes_.push(std::move(write));
}

bool socket_impl::try_read(read_operation& read) {
  error_code ec;
  const std::size_t bytes = read_some(read.buffers, ec);
  if (ec == error::would_block) return false;
  read.complete(ec, bytes);
  return true;
}

bool socket_impl::try_write(write_operation& write) {
  error_code ec;
  const std::size_t bytes = write_some(write.buffers, write.flags, ec);
  if (ec == error::would_block) return false;
  write.complete(ec, bytes);
  return true;
}

std::size_t socket_impl::read_some(const mutable_buffers& buffers, error_code& ec) {
  ec = need_connection(buffers.empty() ? error_code() : error::eof);
  if (ec || buffers.empty()) return 0;
  if (receive_shut_down_) ec = error::eof;
  if (ec) return 0;
  std::size_t total = 0;
  std::expected<std::size_t, tcp::Error> received;
  const std::size_t most = readable_to_mark();
  for (const MutableBytes& buffer : buffers) {
    const MutableBytes room = buffer.first(std::min(buffer.size(), most - total));
    if (room.empty()) break;
    received = runtime_->stack().receive(*connection_, room, runtime_->now());
    total += received.value_or(0);
    if (received.value_or(0) < buffer.size()) break;
  }
  runtime_->schedule_drain();  // the window may have opened
  if (total == 0) ec = received ? error_code(error::eof) : report(received.error(), error::eof);
  return total;
}

// Linux: RFC 9293 section 3.8.5 says where urgent text ends. A read stops before the last urgent byte, and at_mark()
// is then true, as in Linux with SO_OOBINLINE (`tcp_recvmsg_locked`). You can see it: the next read begins with it.
std::size_t socket_impl::readable_to_mark() {
  error_code ec;
  const std::size_t urgent = urgent_ ? status(ec).urgent : 0;
  urgent_ = urgent > 0;
  return urgent > 1 ? urgent - 1 : std::numeric_limits<std::size_t>::max();
}

bool socket_impl::at_mark(error_code& ec) const {
  ec = need_connection({});
  return connection_ && status(ec).urgent == 1;
}

error_code socket_impl::take_problem() {
  return to_asio(std::exchange(problem_, tcp::Error::none));
}

std::size_t socket_impl::skip(std::size_t most, error_code& ec) {
  ec = need_connection(error::eof);
  if (ec || most == 0) return 0;
  if (receive_shut_down_) ec = error::eof;
  if (ec) return 0;
  const auto skipped =
      runtime_->stack().skip(*connection_, std::min(most, readable_to_mark()), runtime_->now());
  if (!skipped) ec = report(skipped.error(), error::eof);
  if (skipped && *skipped == 0) ec = error::eof;
  runtime_->schedule_drain();  // the window may have opened
  return skipped.value_or(0);
}

std::size_t socket_impl::write_some(const const_buffers& buffers, message_flags flags,
                                    error_code& ec) {
  ec = need_connection(buffers.empty() ? error_code() : error::broken_pipe);
  if (!ec && !are_supported(flags)) ec = error::operation_not_supported;
  if (ec || buffers.empty()) return 0;
  std::size_t total = 0;
  std::expected<std::size_t, tcp::Error> taken;
  for (const Bytes& buffer : buffers) {
    taken = send(buffer, flags, &buffer == &buffers.back());
    total += taken.value_or(0);
    if (taken.value_or(0) < buffer.size()) break;
  }
  runtime_->schedule_drain();
  if (total == 0 && !taken) ec = report(taken.error(), error::broken_pipe);
  return total;
}

std::expected<std::size_t, tcp::Error> socket_impl::send(Bytes text, message_flags flags,
                                                         bool is_last) {
  Stack& stack = runtime_->stack();
  if (is_last && flags == MSG_OOB)  // MUST-30, MUST-62
    return stack.send_urgent(*connection_, text, runtime_->now());
  return stack.send(*connection_, text, runtime_->now(), to_send_flags(flags, is_last));
}

// Linux: RFC 9293 section 3.10 gives the reason to each call after the end. One operation reports it, and then reads
// return eof and writes broken_pipe, as in Linux (`sock_error`). The core sees to it. You can see it: the second read
// after a reset is at the end.
error_code socket_impl::report(tcp::Error error, const error_code& afterwards) {
  return error == tcp::Error::does_not_exist ? afterwards
                                             : to_asio(error);  // both sides have closed
}

}  // namespace tcpstack::runtime
