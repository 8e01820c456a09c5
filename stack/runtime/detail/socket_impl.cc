// Sockets: the user's operations on one side, the core's user calls (RFC 9293 section 3.10) on the other. Reading and
// writing have a file of their own, socket_transfer.cc.
#include "stack/runtime/detail/socket_impl.h"

#include <algorithm>
#include <limits>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <utility>
#include <vector>

#include "stack/runtime/runtime.h"

namespace tcpstack::runtime {

using boost::asio::socket_base;
namespace error = boost::asio::error;
namespace errc = boost::system::errc;

socket_impl::socket_impl(runtime& owner, const boost::asio::any_io_executor& executor,
                         ConnectionId connection, shared_options inherited)
    : io_object(&owner, executor), options_(std::move(inherited)) {
  attach(connection);
}

socket_impl::~socket_impl() { close(); }

void socket_impl::attach(ConnectionId connection) {
  connection_ = connection;
  unconnected_ = false;
  urgent_ = true;
  problem_ = tcp::Error::none;
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

error_code socket_impl::need_connection(const error_code& if_unconnected) const {
  if (connection_) return {};
  return unconnected_ ? if_unconnected : error_code(error::bad_descriptor);
}

// ---- connecting -----------------------------------------------------------------------------------

void socket_impl::bind(const Endpoint& local, error_code& ec) {
  ec = {};
  if (runtime_ == nullptr) {
    ec = error::bad_descriptor;
  } else if (connection_) {
    ec = error::invalid_argument;
  } else if (!is_ours(local.address)) {
    ec = system_error_code(errc::address_not_available);
  } else {
    local_ = local;
  }
}

void socket_impl::async_connect(connect_operation::handler handler, const Endpoint& remote,
                                const std::optional<const_buffers>& text) {
  connect_operation connect(std::move(handler), next());
  if (const error_code ec = open(remote)) {
    connect.complete(ec, 0);
    return;
  }
  if (text) connect.taken = offer(*text);
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
  if (!opened && opened.error() == tcp::Error::insufficient)
    return system_error_code(errc::address_not_available);
  if (!opened) return to_asio(opened.error());
  attach(*opened);
  // Before the SYN, which depends on some of them. They are valid: set_option() has checked them.
  if (options_) (void)runtime_->stack().set_options(*opened, options_->tcp, runtime_->now());
  runtime_->schedule_drain();
  return {};
}

// A SYN has room for a packet: as much of the buffers is joined.
std::size_t socket_impl::offer(const const_buffers& text) {
  std::vector<std::uint8_t> joined;
  for (const Bytes& buffer : text) {
    const std::size_t room = std::numeric_limits<std::uint16_t>::max() - joined.size();
    const Bytes piece = buffer.first(std::min(buffer.size(), room));
    joined.insert(joined.end(), piece.begin(), piece.end());
  }
  return runtime_->stack().offer_text(*connection_, joined, runtime_->now()).value_or(0);
}

bool socket_impl::try_connect(connect_operation& connect, const Event& event) {
  if (event.established) {
    connect.complete({}, connect.taken);
    return true;
  }
  if (!event.closed) return false;
  error_code ec;
  const tcp::Error reason = status(ec).error;
  connect.complete(
      reason == tcp::Error::none ? error_code(error::connection_aborted) : to_asio(reason), 0);
  release();
  unconnected_ = true;
  return true;
}

// ---- waiting ------------------------------------------------------------------------------------------

void socket_impl::async_wait(wait_operation::handler handler, wait_type what) {
  wait_operation wait(std::move(handler), next(), what);
  if (try_wait(wait)) return;
  watch(wait.id(), wait.slot());
  waits_.push(std::move(wait));
}

bool socket_impl::try_wait(wait_operation& wait) {
  error_code ec = need_connection({});
  if (connection_ && !is_ready(status(ec), wait.what)) return false;
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
    case wait_type::wait_error: return status.urgent > 0 || problem_ != tcp::Error::none;
    case wait_type::wait_write: break;
  }
  return runtime_->stack().await_room(*connection_).has_value();
}

// ---- ending -----------------------------------------------------------------------------------------

void socket_impl::shutdown(socket_base::shutdown_type what, error_code& ec) {
  error_code unusable;
  ec = need_connection(error::not_connected);
  if (!ec && status(unusable).state == tcp::State::CLOSED) ec = error::not_connected;
  if (ec) return;
  const bool sending = what != socket_base::shutdown_receive;
  if (what != socket_base::shutdown_send) receive_shut_down_ = true;
  if (sending) {
    const auto closed = runtime_->stack().close(*connection_, runtime_->now());
    // A second shutdown is not an error on kernel sockets either.
    if (!closed && closed.error() != tcp::Error::closing) ec = to_asio(closed.error());
    runtime_->schedule_drain();
  }
  serve({.readable = receive_shut_down_, .writable = sending});
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
  unconnected_ = false;
  local_ = {};
  options_.reset();
}

void socket_impl::abort() {
  // An error means that the connection has ended already.
  if (connection_) (void)runtime_->stack().abort(*connection_, runtime_->now());
  close();
}

Endpoint socket_impl::local_endpoint(error_code& ec) const {
  ec = need_connection({});
  return connection_ ? status(ec).local : local_;
}

Endpoint socket_impl::remote_endpoint(error_code& ec) const {
  const ConnectionStatus now = status(ec);
  if (!ec && (now.state == tcp::State::CLOSED || now.state == tcp::State::SYN_SENT))
    ec = error::not_connected;
  return ec ? Endpoint{} : now.remote;
}

std::size_t socket_impl::available(error_code& ec) const {
  ec = need_connection({});
  return connection_ ? status(ec).readable : 0;
}

ConnectionStatus socket_impl::status(error_code& ec) const {
  ec = need_connection(error::not_connected);
  if (ec) return {};
  const auto status = runtime_->stack().status(*connection_);
  if (!status) ec = error::bad_descriptor;
  return status.value_or(ConnectionStatus{});
}

tcp::TcpInfo socket_impl::tcp_info(error_code& ec) const {
  ec = need_connection(error::not_connected);
  if (ec) return {};
  const auto info = runtime_->stack().tcp_info(*connection_, runtime_->now());
  if (!info) ec = error::bad_descriptor;
  return info.value_or(tcp::TcpInfo{});
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
  urgent_ |= event.urgent;
  if (event.delivery_problem) {
    error_code ec;
    const tcp::Error icmp = status(ec).soft_error;
    problem_ = icmp == tcp::Error::none ? tcp::Error::aborted : icmp;  // without one: R1
  }
  serve(event);
}

// Waits come first: the other operations take what makes the socket ready. Writes come before reads, so that both
// report the end of a connection in the order of kernel sockets (Asio's epoll_reactor).
void socket_impl::serve(const Event& event) {
  connects_.serve([&](connect_operation& connect) { return try_connect(connect, event); });
  waits_.serve_each([this](wait_operation& wait) { return try_wait(wait); });
  if (event.writable || event.closed)
    writes_.serve([this](write_operation& write) { return try_write(write); });
  if (event.readable || event.closed)
    reads_.serve([this](read_operation& read) { return try_read(read); });
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
  unconnected_ = false;
}

}  // namespace tcpstack::runtime
