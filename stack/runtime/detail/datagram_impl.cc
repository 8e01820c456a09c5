// Datagram sockets: the user's operations on one side, the core's UDP (RFC 768) on the other.
#include "stack/runtime/detail/datagram_impl.h"

#include "stack/runtime/runtime.h"

namespace tcpstack::runtime {

namespace error = boost::asio::error;
namespace errc = boost::system::errc;

namespace {

error_code to_asio(udp::Error error) {
  switch (error) {
    case udp::Error::does_not_exist: return error::bad_descriptor;
    case udp::Error::illegal: return error::invalid_argument;
    case udp::Error::address_in_use: return error::address_in_use;
    case udp::Error::insufficient: return error::no_buffer_space;
    case udp::Error::message_too_long: return error::message_size;
    case udp::Error::would_block: return error::would_block;
  }
  return system_error_code(errc::io_error);
}

// RFC 1122 section 4.1.3.3: errors are passed to the application (MUST). Success for the one problem that IP solves
// itself. (On Linux a connected socket reports only errors of port and protocol.)
error_code to_asio(ip::IcmpProblem problem) {
  using enum ip::IcmpProblem;
  switch (problem) {
    case net_unreachable:
    case net_prohibited: return error::network_unreachable;
    case host_unreachable:
    case host_prohibited: return error::host_unreachable;
    case protocol_unreachable: return error::no_protocol_option;
    case port_unreachable: return error::connection_refused;
    case fragmentation_needed: return {};
    case source_route_failed: return error::host_unreachable;
    case time_exceeded: return error::host_unreachable;
    case parameter_problem: return system_error_code(errc::protocol_error);
  }
  return system_error_code(errc::io_error);
}

}  // namespace

datagram_impl::~datagram_impl() { close(); }

// ---- opening and closing ----------------------------------------------------------------------------

void datagram_impl::bind(const Endpoint& local, error_code& ec) {
  ec = {};
  if (runtime_ == nullptr || runtime_->is_stopping()) {
    ec = error::operation_aborted;
  } else if (socket_) {
    ec = error::invalid_argument;
  } else if (!is_ours(local.address)) {
    ec = system_error_code(errc::address_not_available);
  } else if (const auto opened = runtime_->stack().open_udp(local, runtime_->now())) {
    socket_ = *opened;
    (void)runtime_->stack().set_options(*socket_, options_.udp);
    runtime_->route(*socket_, this);
  } else {
    // Linux: no RFC gives the error's name. It is that of bind(2) in Linux (`inet_bind`). You can see it: bind() to
    // port 0 with all ephemeral ports taken fails with EADDRINUSE.
    const bool no_port = opened.error() == udp::Error::insufficient;
    ec = no_port ? error_code(error::address_in_use) : to_asio(opened.error());
  }
}

void datagram_impl::connect(const Endpoint& remote, error_code& ec) {
  ec = {};
  if (!socket_) bind({}, ec);
  if (!ec) remote_ = remote;
}

void datagram_impl::cancel() {
  sends_.cancel_all();
  receives_.cancel_all();
  waits_.cancel_all();
}

void datagram_impl::close() {
  cancel();
  remote_.reset();
  options_ = {};
  if (!socket_) return;
  runtime_->route(*socket_, nullptr);
  runtime_->stack().close(*socket_);
  socket_.reset();
}

// ---- sending and receiving --------------------------------------------------------------------------

void datagram_impl::async_send(send_operation::handler handler, datagram data,
                               const std::optional<Endpoint>& remote) {
  send_operation send(std::move(handler), next(), std::move(data), remote);
  if (sends_.empty() && try_send(send)) return;
  watch(send.id(), send.slot());
  sends_.push(std::move(send));
}

void datagram_impl::async_receive(receive_operation::handler handler, scatter_buffers buffers,
                                  Endpoint* sender) {
  receive_operation receive(std::move(handler), next(), std::move(buffers), sender);
  if (receives_.empty() && try_receive(receive)) return;
  watch(receive.id(), receive.slot());
  receives_.push(std::move(receive));
}

bool datagram_impl::try_send(send_operation& operation) {
  error_code ec;
  const std::size_t bytes = send(operation.data, operation.remote, ec);
  if (ec == error::would_block) return false;
  operation.complete(ec, bytes);
  return true;
}

bool datagram_impl::try_receive(receive_operation& operation) {
  error_code ec;
  const std::size_t bytes = receive(operation.buffers, operation.sender, ec);
  if (ec == error::would_block) return false;
  operation.complete(ec, bytes);
  return true;
}

std::size_t datagram_impl::send(Bytes data, const std::optional<Endpoint>& remote, error_code& ec) {
  ec = {};
  const std::optional<Endpoint> to = remote ? remote : remote_;
  if (!socket_) {
    ec = error::bad_descriptor;
  } else if (!to) {
    ec = system_error_code(errc::destination_address_required);
  } else {
    ec = take_error();
  }
  if (ec) return 0;
  const auto sent = runtime_->stack().send_to(*socket_, *to, data, runtime_->now());
  if (!sent) ec = to_asio(sent.error());
  runtime_->schedule_drain();
  return sent ? data.size() : 0;
}

std::size_t datagram_impl::receive(const scatter_buffers& buffers, Endpoint* sender,
                                   error_code& ec) {
  ec = error::bad_descriptor;
  if (!socket_) return 0;
  ec = take_error();
  if (!ec && !next_datagram()) ec = error::would_block;
  if (ec) return 0;
  datagram whole(buffers.size() == 1 ? 0 : boost::asio::buffer_size(buffers));
  const MutableBytes room =
      buffers.size() == 1
          ? MutableBytes(static_cast<std::uint8_t*>(buffers.front().data()), buffers.front().size())
          : MutableBytes(whole);
  const auto received = runtime_->stack().receive_from(*socket_, room);
  if (sender != nullptr) *sender = received->remote;
  if (buffers.size() != 1) {
    boost::asio::buffer_copy(buffers, boost::asio::buffer(whole), received->size);
  }
  return received->size;
}

// A connected socket gets only its peer's datagrams.
std::optional<udp::Waiting> datagram_impl::next_datagram() {
  while (const auto waiting = runtime_->stack().next_datagram(*socket_)) {
    if (!remote_ || waiting->remote == *remote_) return *waiting;
    (void)runtime_->stack().receive_from(*socket_, {});
  }
  return std::nullopt;
}

bool datagram_impl::has_failure() {
  while (const auto failure = runtime_->stack().next_failure(*socket_)) {
    if (!remote_) return true;
    if (failure->remote == *remote_ && to_asio(failure->problem)) return true;
    (void)runtime_->stack().take_failure(*socket_);
  }
  return false;
}

error_code datagram_impl::take_error() {
  if (!remote_ || !has_failure()) return {};
  return to_asio(take_failure()->problem);
}

std::optional<udp::Failure> datagram_impl::take_failure() {
  if (!socket_) return std::nullopt;
  const auto failure = runtime_->stack().take_failure(*socket_);
  return failure ? std::optional(*failure) : std::nullopt;
}

// ---- waiting ------------------------------------------------------------------------------------------

void datagram_impl::async_wait(wait_operation::handler handler, wait_type what) {
  wait_operation wait(std::move(handler), next(), what);
  if (try_wait(wait)) return;
  watch(wait.id(), wait.slot());
  waits_.push(std::move(wait));
}

bool datagram_impl::try_wait(wait_operation& wait) {
  if (socket_ && !is_ready(wait.what)) return false;
  wait.complete(socket_ ? error_code() : error_code(error::bad_descriptor));
  return true;
}

// As for poll(2): ready means that the operation would not block (it may then report an error).
bool datagram_impl::is_ready(wait_type what) {
  if (what == wait_type::wait_error) return has_failure();
  if (remote_ && has_failure()) return true;
  if (what == wait_type::wait_read) return next_datagram().has_value();
  return runtime_->stack().await_room(*socket_).has_value();
}

std::size_t datagram_impl::available(error_code& ec) {
  ec = error::bad_descriptor;
  if (!socket_) return 0;
  ec = {};
  const auto next = next_datagram();
  return next ? next->size : 0;
}

// ---- options ------------------------------------------------------------------------------------------

error_code datagram_impl::set_option(int level, int name, Bytes value) {
  if (runtime_ == nullptr) return error::bad_descriptor;
  datagram_option_values values = options_;
  if (const error_code ec = write_option(level, name, value, values)) return ec;
  options_ = values;
  if (socket_) (void)runtime_->stack().set_options(*socket_, options_.udp);
  return {};
}

error_code datagram_impl::get_option(int level, int name, MutableBytes value,
                                     std::size_t& size) const {
  if (runtime_ == nullptr) return error::bad_descriptor;
  datagram_option_values values = options_;
  show_defaults(values.udp, runtime_->stack().config());
  return read_option(level, name, value, size, values);
}

// ---- for observers ----------------------------------------------------------------------------------

Endpoint datagram_impl::local_endpoint(error_code& ec) const {
  ec = {};
  if (socket_) {
    if (const auto endpoint = runtime_->stack().local_endpoint(*socket_)) return *endpoint;
  }
  ec = error::bad_descriptor;
  return {};
}

Endpoint datagram_impl::remote_endpoint(error_code& ec) const {
  ec = {};
  if (!socket_) {
    ec = error::bad_descriptor;
  } else if (!remote_) {
    ec = error::not_connected;
  }
  return ec ? Endpoint{} : *remote_;
}

// ---- for the runtime ----------------------------------------------------------------------------------

void datagram_impl::event(const Event& event) {
  serve_waits();  // first: the other operations take what makes the socket ready
  if (event.readable || event.failed) serve_receives();
  if (event.writable || event.failed) serve_sends();
}

void datagram_impl::serve_waits() {
  waits_.serve_each([this](wait_operation& wait) { return try_wait(wait); });
}

void datagram_impl::serve_sends() {
  sends_.serve([this](send_operation& send) { return try_send(send); });
}

void datagram_impl::serve_receives() {
  receives_.serve([this](receive_operation& receive) { return try_receive(receive); });
}

void datagram_impl::cancel_operation(operation_id id) {
  sends_.cancel(id);
  receives_.cancel(id);
  waits_.cancel(id);
}

void datagram_impl::forget_stack() {
  cancel();
  socket_.reset();
  remote_.reset();
}

}  // namespace tcpstack::runtime
