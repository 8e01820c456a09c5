// Acceptors: listen and accept (RFC 9293 section 3.10.1, the passive OPEN).
#include "stack/runtime/detail/acceptor_impl.h"

#include "stack/runtime/runtime.h"

namespace tcpstack::runtime {

namespace error = boost::asio::error;
namespace errc = boost::system::errc;

acceptor_impl::~acceptor_impl() { close(); }

void acceptor_impl::listen(const Endpoint& local, std::size_t backlog, error_code& ec) {
  ec = {};
  if (runtime_ == nullptr || runtime_->is_stopping()) {
    ec = error::operation_aborted;
  } else if (listener_) {
    ec = error::already_open;
  } else if (!is_ours(local.address)) {
    ec = system_error_code(errc::address_not_available);
  } else if (const auto listener = runtime_->stack().listen(local, backlog)) {
    listener_ = *listener;
    if (options_) (void)runtime_->stack().set_options(*listener_, options_->tcp);
    runtime_->route(*listener_, this);
  } else {
    ec = to_asio(listener.error());
  }
}

void acceptor_impl::async_accept(accept_operation::handler handler,
                                 boost::asio::any_io_executor peer, const error_code& obstacle) {
  accept_operation accept(std::move(handler), next(), std::move(peer));
  if (obstacle) {
    accept.complete(obstacle, nullptr);
    return;
  }
  if (accepts_.empty() && try_accept(accept)) return;
  watch(accept.id(), accept.slot());
  accepts_.push(std::move(accept));
}

bool acceptor_impl::try_accept(accept_operation& operation) {
  error_code ec;
  auto accepted = accept(operation.peer, ec);
  if (ec == error::would_block) return false;
  operation.complete(ec, std::move(accepted));
  return true;
}

std::shared_ptr<socket_impl> acceptor_impl::accept(const boost::asio::any_io_executor& peer,
                                                   error_code& ec) {
  ec = error::bad_descriptor;
  if (!listener_) return nullptr;
  const auto accepted = runtime_->stack().accept(*listener_, runtime_->now());
  ec = accepted ? error_code() : to_asio(accepted.error());
  if (!accepted) return nullptr;
  return std::make_shared<socket_impl>(*runtime_, peer, *accepted, options_);
}

std::shared_ptr<socket_impl> acceptor_impl::closed_peer() {
  if (runtime_ != nullptr) return runtime_->vacant<socket_impl>();
  return std::make_shared<socket_impl>(nullptr, executor());
}

void acceptor_impl::async_wait(wait_operation::handler handler, wait_type what) {
  wait_operation wait(std::move(handler), next(), what);
  if (try_wait(wait)) return;
  watch(wait.id(), wait.slot());
  waits_.push(std::move(wait));
}

// Ready for reading only; an acceptor has neither room nor an error.
bool acceptor_impl::try_wait(wait_operation& wait) {
  const bool for_connection = wait.what == wait_type::wait_read;
  if (listener_ && !(for_connection && runtime_->stack().is_acceptable(*listener_))) return false;
  wait.complete(listener_ ? error_code() : error_code(error::bad_descriptor));
  return true;
}

void acceptor_impl::cancel() {
  accepts_.cancel_all();
  waits_.cancel_all();
}

void acceptor_impl::close() {
  cancel();
  if (!listener_) return;
  runtime_->route(*listener_, nullptr);
  runtime_->stack().close(*listener_, runtime_->now());
  runtime_->schedule_drain();
  listener_.reset();
}

Endpoint acceptor_impl::local_endpoint(error_code& ec) const {
  ec = {};
  if (listener_) {
    if (const auto endpoint = runtime_->stack().local_endpoint(*listener_)) return *endpoint;
  }
  ec = error::bad_descriptor;
  return {};
}

error_code acceptor_impl::set_option(int level, int name, Bytes value) {
  if (runtime_ == nullptr) return error::bad_descriptor;
  option_values values = values_of(options_, runtime_->stack().config());
  if (const error_code ec = write_option(level, name, value, values)) return ec;
  if (listener_) {
    const auto set = runtime_->stack().set_options(*listener_, values.tcp);
    if (!set) return to_asio(set.error());
  }
  options_ = std::make_shared<option_values>(values);
  return {};
}

error_code acceptor_impl::get_option(int level, int name, MutableBytes value,
                                     std::size_t& size) const {
  if (runtime_ == nullptr) return error::bad_descriptor;
  option_values values = values_of(options_, runtime_->stack().config());
  show_automatic(values.tcp, nullptr, runtime_->stack().config());
  return read_option(level, name, value, size, values);
}

void acceptor_impl::cancel_operation(operation_id id) {
  accepts_.cancel(id);
  waits_.cancel(id);
}

void acceptor_impl::acceptable() {
  // First, because an accept takes the connection that makes the acceptor ready.
  waits_.serve_each([this](wait_operation& wait) { return try_wait(wait); });
  accepts_.serve([this](accept_operation& accept) { return try_accept(accept); });
}

void acceptor_impl::forget_stack() {
  cancel();
  listener_.reset();
}

}  // namespace tcpstack::runtime
