// The user calls of TCP, RFC 9293 section 3.10: each finds its connection or listener, and calls stack/tcp.
#include "stack/stack_parts.h"
#include "stack/tcp/calls.h"
#include "stack/tcp/connection_options.h"
#include "stack/tcp/receive/ack_policy.h"
#include "stack/tcp/send/buffers.h"

namespace tcpstack {

std::expected<ListenerId, tcp::Error> Stack::listen(Endpoint local, std::size_t backlog) {
  const TcpConfig& config = parts_->config.tcp;
  const auto id =
      parts_->tcp.listening().listen(local, backlog != 0 ? backlog : config.default_backlog,
                                     base::Shared(tcp::default_options(config)));
  if (!id) return std::unexpected(id.error());
  return ListenerId{*id};
}

std::expected<ConnectionId, tcp::Error> Stack::open(Endpoint remote, Endpoint local, Time now) {
  if (remote.address == parts_->config.ip.address) return std::unexpected(tcp::Error::illegal);
  // MUST-43, MUST-44: the user's local address, else IP's.
  if (local.address.is_unspecified()) local.address = parts_->config.ip.address;
  if (local.address != parts_->config.ip.address) return std::unexpected(tcp::Error::illegal);
  Context cx = parts_->at(now);
  const auto id = parts_->tcp.open(local, remote, cx);
  if (!id) return std::unexpected(id.error());
  return ConnectionId{*id};
}

std::expected<std::size_t, tcp::Error> Stack::offer_text(ConnectionId connection, Bytes text,
                                                         Time now) {
  return parts_->call(connection, now,
                      [text](tcp::Tcb& tcb, Context& cx) -> std::expected<std::size_t, tcp::Error> {
                        const bool is_fresh = tcb.state == tcp::State::SYN_SENT &&
                                              tcb.snd.nxt == tcb.snd.iss && !tcb.fast_open &&
                                              tcb.send_queue.empty();
                        if (!is_fresh) return std::unexpected(tcp::Error::illegal);
                        return tcp::offer_fast_open(tcb, text, cx);
                      });
}

std::optional<tcp::KnownCookie> Stack::fast_open_cookie(Address server) const {
  const TcpConfig& tcp = parts_->config.tcp;
  const bool is_client = tcp.fast_open && tcp.fast_open_client;
  const tcp::KnownCookie* const known = is_client ? parts_->fast_open.find(server) : nullptr;
  if (known == nullptr) return std::nullopt;
  return *known;
}

void Stack::remember_fast_open_cookie(const tcp::KnownCookie& known) {
  parts_->fast_open.remember(known);
}

std::expected<ConnectionId, tcp::Error> Stack::accept(ListenerId listener, Time /*now*/) {
  const auto id = parts_->tcp.accept(listener);
  if (!id) return std::unexpected(id.error());
  return ConnectionId{*id};
}

bool Stack::is_acceptable(ListenerId listener) {
  return parts_->tcp.listening().next_acceptable(listener).has_value();
}

void Stack::close(ListenerId listener, Time now) {
  Context cx = parts_->at(now);
  parts_->tcp.close_listener(listener, cx);
}

void Stack::reset_all(Time now) {
  for (const ListenerId listener : listeners()) close(listener, now);
  Context cx = parts_->at(now);
  for (const ConnectionId connection : connections()) {
    tcp::Tcb& tcb = *parts_->tcp.connections().find(connection);
    if (tcb.state == tcp::State::CLOSED) continue;
    (void)tcp::call_abort(tcb, cx);
    parts_->tcp.settle(tcb);
  }
}

std::expected<Endpoint, tcp::Error> Stack::local_endpoint(ListenerId listener) const {
  const tcp::Listener* const found = parts_->tcp.listening().find(listener);
  if (found == nullptr) return std::unexpected(tcp::Error::does_not_exist);
  return found->local;
}

std::expected<std::size_t, tcp::Error> Stack::send(ConnectionId connection, Bytes text, Time now,
                                                   SendFlags flags) {
  return parts_->call(connection, now, [text, flags](tcp::Tcb& tcb, Context& cx) {
    return call_send(tcb, text, flags, cx);
  });
}

std::expected<std::size_t, tcp::Error> Stack::send_urgent(ConnectionId connection, Bytes text,
                                                          Time now) {
  return parts_->call(connection, now, [text](tcp::Tcb& tcb, Context& cx) {
    return call_send_urgent(tcb, text, cx);
  });
}

std::expected<std::size_t, tcp::Error> Stack::receive(ConnectionId connection, MutableBytes text,
                                                      Time now) {
  return parts_->call(connection, now,
                      [text](tcp::Tcb& tcb, Context& cx) { return call_receive(tcb, text, cx); });
}

std::expected<std::size_t, tcp::Error> Stack::skip(ConnectionId connection, std::size_t most,
                                                   Time now) {
  return parts_->call(connection, now,
                      [most](tcp::Tcb& tcb, Context& cx) { return call_skip(tcb, most, cx); });
}

std::expected<std::size_t, tcp::Error> Stack::peek(ConnectionId connection,
                                                   MutableBytes text) const {
  const tcp::Tcb* const tcb = parts_->held(connection);
  if (tcb == nullptr) return std::unexpected(tcp::Error::does_not_exist);
  return tcp::call_peek(*tcb, text);
}

std::expected<void, tcp::Error> Stack::quick_ack(ConnectionId connection, bool on, Time now) {
  return parts_->call(connection, now,
                      [on](tcp::Tcb& tcb, Context& cx) -> std::expected<void, tcp::Error> {
                        tcp::set_quick_ack(tcb, on, cx);
                        return {};
                      });
}

std::expected<void, tcp::Error> Stack::close(ConnectionId connection, Time now) {
  return parts_->call(connection, now,
                      [](tcp::Tcb& tcb, Context& cx) { return call_close(tcb, cx); });
}

std::expected<void, tcp::Error> Stack::abort(ConnectionId connection, Time now) {
  return parts_->call(connection, now,
                      [](tcp::Tcb& tcb, Context& cx) { return call_abort(tcb, cx); });
}

void Stack::release(ConnectionId connection, Time now) {
  tcp::Tcb* const tcb = parts_->held(connection);
  if (tcb == nullptr) return;
  Context cx = parts_->at(now);
  tcp::call_release(*tcb, cx);
  parts_->tcp.settle(*tcb);
}

std::expected<void, tcp::Error> Stack::await_room(ConnectionId connection) {
  tcp::Tcb* const tcb = parts_->held(connection);
  if (tcb == nullptr) return std::unexpected(tcp::Error::does_not_exist);
  if (tcb->state == tcp::State::CLOSED || tcb->fin_queued || tcp::has_room(*tcb)) return {};
  tcb->send_refused = true;
  return std::unexpected(tcp::Error::would_block);
}

std::expected<ConnectionStatus, tcp::Error> Stack::status(ConnectionId connection) const {
  const tcp::Tcb* const tcb = parts_->held(connection);
  if (tcb == nullptr) return std::unexpected(tcp::Error::does_not_exist);
  return tcp::call_status(*tcb, parts_->config.tcp);
}

std::expected<tcp::ConnectionOptions, tcp::Error> Stack::options(ConnectionId connection) const {
  const tcp::Tcb* const tcb = parts_->held(connection);
  if (tcb == nullptr) return std::unexpected(tcp::Error::does_not_exist);
  return *tcb->options;
}

std::expected<void, tcp::Error> Stack::set_options(ConnectionId connection,
                                                   const tcp::ConnectionOptions& options,
                                                   Time now) {
  return parts_->call(
      connection, now, [&options](tcp::Tcb& tcb, Context& cx) -> std::expected<void, tcp::Error> {
        if (!tcp::validate(options).empty()) return std::unexpected(tcp::Error::illegal);
        tcp::set_options(tcb, base::Shared(tcp::as_taken(options, cx.config.tcp)), cx);
        return {};
      });
}

std::expected<tcp::ConnectionOptions, tcp::Error> Stack::options(ListenerId listener) const {
  const tcp::Listener* const found = parts_->tcp.listening().find(listener);
  if (found == nullptr) return std::unexpected(tcp::Error::does_not_exist);
  return *found->options;
}

std::expected<void, tcp::Error> Stack::set_options(ListenerId listener,
                                                   const tcp::ConnectionOptions& options) {
  tcp::Listener* const found = parts_->tcp.listening().find(listener);
  if (found == nullptr) return std::unexpected(tcp::Error::does_not_exist);
  if (!tcp::validate(options).empty()) return std::unexpected(tcp::Error::illegal);
  found->options = base::Shared(tcp::as_taken(options, parts_->config.tcp));
  return {};
}

std::expected<tcp::TcpInfo, tcp::Error> Stack::tcp_info(ConnectionId connection, Time now) const {
  const tcp::Tcb* const tcb = parts_->held(connection);
  if (tcb == nullptr) return std::unexpected(tcp::Error::does_not_exist);
  return tcp::tcp_info(*tcb, parts_->config.tcp, now);
}

}  // namespace tcpstack
