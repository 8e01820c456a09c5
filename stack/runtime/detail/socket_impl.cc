// Sockets: the user's operations on one side, the core's user calls (RFC 9293 section 3.10) on the other.
#include "stack/runtime/detail/socket_impl.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "stack/runtime/runtime.h"

namespace tcpstack::runtime {

using boost::asio::socket_base;
namespace error = boost::asio::error;

namespace {

constexpr int kSendFlags = MSG_MORE | MSG_EOR | MSG_ZEROCOPY;

SendFlags to_send_flags(socket_impl::message_flags flags, bool is_last_buffer) {
  return {.more_follows = (flags & MSG_MORE) != 0,
          .end_of_record = is_last_buffer && (flags & MSG_EOR) != 0,
          .constant = (flags & MSG_ZEROCOPY) != 0};
}

}  // namespace

socket_impl::socket_impl(runtime& owner, const boost::asio::any_io_executor& executor)
    : io_object(owner, executor) {}

socket_impl::socket_impl(runtime& owner, const boost::asio::any_io_executor& executor,
                         ConnectionId connection, shared_options inherited)
    : io_object(owner, executor), options_(std::move(inherited)) {
  attach(connection);
}

socket_impl::~socket_impl() { close(); }

void socket_impl::attach(ConnectionId connection) {
  connection_ = connection;
  receive_shut_down_ = false;
  runtime_->route(connection, this);
}

void socket_impl::release() {
  if (!connection_) return;
  runtime_->route(*connection_, nullptr);
  runtime_->stack().release(*connection_, runtime_->now());
  runtime_->schedule_drain();
  connection_.reset();
}

// ---- connecting -----------------------------------------------------------------------------------

void socket_impl::async_connect(connect_operation::handler handler, const Endpoint& remote) {
  connect_operation connect(std::move(handler), next());
  if (const error_code ec = open(remote)) {
    connect.complete(ec);
    return;
  }
  watch(connect.id(), connect.slot());
  connects_.push(std::move(connect));
}

error_code socket_impl::open(const Endpoint& remote) {
  if (runtime_ == nullptr || runtime_->is_stopping()) return error::operation_aborted;
  if (!connects_.empty()) return error::already_started;
  if (connection_) return error::already_connected;
  const auto opened = runtime_->stack().open(remote, local_, runtime_->now());
  // The four-tuple is taken: the error of bind(2).
  if (!opened && opened.error() == tcp::Error::already_exists) return error::address_in_use;
  if (!opened) return to_asio(opened.error());
  attach(*opened);
  // Before the SYN, which depends on some of them. They are valid: set_option() has checked them.
  if (options_) (void)runtime_->stack().set_options(*opened, options_->tcp, runtime_->now());
  runtime_->schedule_drain();
  return {};
}

bool socket_impl::try_connect(connect_operation& connect, const Event& event) {
  if (event.established) {
    connect.complete({});
    return true;
  }
  if (!event.closed) return false;
  error_code ec;
  const tcp::Error reason = status(ec).error;
  connect.complete(reason == tcp::Error::none ? error_code(error::connection_aborted)
                                              : to_asio(reason));
  release();
  return true;
}

// ---- reading and writing ----------------------------------------------------------------------------

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

void socket_impl::async_wait(wait_operation::handler handler, wait_type what) {
  wait_operation wait(std::move(handler), next(), what);
  if (try_wait(wait)) return;
  watch(wait.id(), wait.slot());
  waits_.push(std::move(wait));
}

bool socket_impl::try_wait(wait_operation& wait) {
  error_code ec;
  const ConnectionStatus now = status(ec);
  if (!ec && !is_ready(now, wait.what)) return false;
  wait.complete(ec);
  return true;
}

// As for poll(2): ready means that the operation would not block (it may then report an error).
bool socket_impl::is_ready(const ConnectionStatus& status, wait_type what) {
  if (status.state == tcp::State::CLOSED) return true;
  if (status.state == tcp::State::SYN_SENT || status.state == tcp::State::SYN_RECEIVED)
    return false;
  switch (what) {
    case wait_type::wait_read: return status.readable > 0 || status.at_end || receive_shut_down_;
    case wait_type::wait_error: return status.urgent > 0;
    case wait_type::wait_write: break;
  }
  // A byte that finds no room makes the core report when there is some.
  constexpr std::array<std::uint8_t, 1> kProbe{};
  if (status.writable > 0) return true;
  const auto taken = runtime_->stack().send(*connection_, kProbe, runtime_->now());
  return !taken && taken.error() != tcp::Error::would_block;
}

std::size_t socket_impl::read_some(const mutable_buffers& buffers, error_code& ec) {
  ec = {};
  std::size_t total = 0;
  if (!connection_) ec = error::bad_descriptor;
  if (ec || buffers.empty()) return 0;
  if (receive_shut_down_) ec = error::eof;
  for (const MutableBytes& buffer : buffers) {
    if (ec) break;
    const auto received = runtime_->stack().receive(*connection_, buffer, runtime_->now());
    if (!received) ec = to_asio(received.error());
    if (received && *received == 0) ec = error::eof;
    total += received.value_or(0);
    if (received.value_or(0) < buffer.size()) break;
  }
  if (total > 0) ec = {};      // the next call reports the error or the end, too
  runtime_->schedule_drain();  // the window may have opened
  return total;
}

std::size_t socket_impl::skip(std::size_t most, error_code& ec) {
  ec = {};
  if (receive_shut_down_) ec = error::eof;
  if (!connection_) ec = error::bad_descriptor;
  if (ec || most == 0) return 0;
  const auto skipped = runtime_->stack().skip(*connection_, most, runtime_->now());
  if (!skipped) ec = to_asio(skipped.error());
  if (skipped && *skipped == 0) ec = error::eof;
  runtime_->schedule_drain();  // the window may have opened
  return skipped.value_or(0);
}

std::size_t socket_impl::write_some(const const_buffers& buffers, message_flags flags,
                                    error_code& ec) {
  ec = {};
  std::size_t total = 0;
  if ((flags & ~kSendFlags) != 0) ec = error::operation_not_supported;
  if (!connection_) ec = error::bad_descriptor;
  if (ec || buffers.empty()) return 0;
  for (const Bytes& buffer : buffers) {
    const auto taken = runtime_->stack().send(*connection_, buffer, runtime_->now(),
                                              to_send_flags(flags, &buffer == &buffers.back()));
    if (!taken) ec = to_asio(taken.error());
    // The connection has ended, so our side of it is closed.
    if (ec == error::not_connected) ec = error::broken_pipe;
    total += taken.value_or(0);
    if (taken.value_or(0) < buffer.size()) break;
  }
  if (total > 0) ec = {};
  runtime_->schedule_drain();
  return total;
}

// ---- ending -----------------------------------------------------------------------------------------

void socket_impl::shutdown(socket_base::shutdown_type what, error_code& ec) {
  ec = {};
  if (!connection_) {
    ec = error::bad_descriptor;
    return;
  }
  if (what != socket_base::shutdown_send) {
    receive_shut_down_ = true;
    serve_reads();
    serve_waits();
  }
  if (what == socket_base::shutdown_receive) return;
  const auto closed = runtime_->stack().close(*connection_, runtime_->now());
  // A second shutdown is not an error on kernel sockets either.
  if (!closed && closed.error() != tcp::Error::closing) ec = to_asio(closed.error());
  runtime_->schedule_drain();
  serve_writes();
  serve_waits();
}

void socket_impl::cancel_all() {
  connects_.cancel_all();
  reads_.cancel_all();
  writes_.cancel_all();
  waits_.cancel_all();
}

void socket_impl::cancel() {
  const bool connecting = !connects_.empty();
  cancel_all();
  if (connecting) release();
}

void socket_impl::close() {
  cancel_all();
  if (connection_ && options_ && options_->resets_on_close())
    (void)runtime_->stack().abort(*connection_, runtime_->now());
  release();
  options_.reset();
}

void socket_impl::abort() {
  // An error means that the connection has ended already.
  if (connection_) (void)runtime_->stack().abort(*connection_, runtime_->now());
  close();
}

ConnectionStatus socket_impl::status(error_code& ec) const {
  ec = {};
  if (connection_) {
    if (const auto status = runtime_->stack().status(*connection_)) return *status;
  }
  ec = error::bad_descriptor;
  return {};
}

tcp::TcpInfo socket_impl::tcp_info(error_code& ec) const {
  ec = {};
  if (connection_) {
    if (const auto info = runtime_->stack().tcp_info(*connection_, runtime_->now())) return *info;
  }
  ec = error::bad_descriptor;
  return {};
}

// ---- options -----------------------------------------------------------------------------------------

option_values socket_impl::options() const {
  option_values values = values_of(options_, runtime_->stack().config());
  if (!connection_) return values;
  if (const auto present = runtime_->stack().options(*connection_)) values.tcp = *present;
  return values;
}

// Linux: RFC 9293 section 3.7.4 leaves it open what switching Nagle off does to waiting text. TCP_NODELAY pushes it
// each time that it is set, as in Linux (`tcp_sock_set_nodelay`); so the option is first taken back. You can see
// it: a held-back segment leaves although the option was on before.
void socket_impl::forget_no_delay() {
  tcp::ConnectionOptions present = options().tcp;
  present.nagle = true;
  (void)runtime_->stack().set_options(*connection_, present, runtime_->now());
}

error_code socket_impl::set_option(int level, int name, Bytes value) {
  if (runtime_ == nullptr) return error::bad_descriptor;
  option_values values = options();
  const bool had_no_delay = !values.tcp.nagle;
  if (const error_code ec = write_option(level, name, value, values)) return ec;
  if (connection_) {
    if (had_no_delay && level == IPPROTO_TCP && name == TCP_NODELAY) forget_no_delay();
    const auto set = runtime_->stack().set_options(*connection_, values.tcp, runtime_->now());
    if (!set) return to_asio(set.error());
    runtime_->schedule_drain();
  }
  options_ = std::make_shared<option_values>(values);
  return {};
}

error_code socket_impl::get_option(int level, int name, MutableBytes value,
                                   std::size_t& size) const {
  if (runtime_ == nullptr) return error::bad_descriptor;
  option_values values = options();
  const tcp::Tcb* const tcb = connection_ ? runtime_->stack().tcb(*connection_) : nullptr;
  show_automatic(values.tcp, tcb, runtime_->stack().config());
  return read_option(level, name, value, size, values);
}

// ---- for the runtime ----------------------------------------------------------------------------------

void socket_impl::event(const Event& event) {
  connects_.serve([&](connect_operation& connect) { return try_connect(connect, event); });
  // First: the other operations take what makes the socket ready.
  serve_waits();
  if (event.readable || event.closed) serve_reads();
  if (event.writable || event.closed) serve_writes();
}

void socket_impl::serve_reads() {
  reads_.serve([this](read_operation& read) { return try_read(read); });
}

void socket_impl::serve_writes() {
  writes_.serve([this](write_operation& write) { return try_write(write); });
}

void socket_impl::serve_waits() {
  waits_.serve_each([this](wait_operation& wait) { return try_wait(wait); });
}

void socket_impl::cancel_operation(operation_id id) {
  const bool was_connecting = !connects_.empty();
  connects_.cancel(id);
  reads_.cancel(id);
  writes_.cancel(id);
  waits_.cancel(id);
  if (was_connecting && connects_.empty()) close();
}

void socket_impl::runtime_stops() {
  cancel();
  if (connection_) (void)runtime_->stack().close(*connection_, runtime_->now());
}

void socket_impl::forget_stack() {
  cancel_all();
  connection_.reset();
}

}  // namespace tcpstack::runtime
