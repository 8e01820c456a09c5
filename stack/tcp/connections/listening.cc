#include "stack/tcp/connections/listening.h"

#include <algorithm>
#include <utility>

#include "stack/tcp/arrives.h"
#include "stack/tcp/connections/syn_cookie.h"
#include "stack/tcp/fast_open.h"

namespace tcpstack::tcp {

namespace {

// A cookie is valid for about as long (syn_cookie.h): later no ACK can carry one.
constexpr Duration kCookieLifetime = std::chrono::minutes(2);

bool may_bring_cookie(const Listener& listener, const Segment& seg, Time now) {
  const wire::ControlBits& control = seg.control;
  return control.ack && !control.syn && !control.rst && now < listener.cookies_until;
}

}  // namespace

Listening::Listening(ConnectionTable& connections, const base::Seed& seed)
    : connections_(connections), cookie_keys_(seed, "SYN cookies") {}

std::expected<base::Handle, Error> Listening::listen(const Endpoint& local, std::size_t backlog,
                                                     base::Shared<ConnectionOptions> options) {
  if (local.port == 0) return std::unexpected(Error::illegal);
  // Only listeners count: a connection that uses the port goes on (MUST-41, MUST-42).
  if (has_port(local.port)) return std::unexpected(Error::address_in_use);
  const base::Handle id = listeners_.emplace();
  Listener& listener = *listeners_.find(id);
  listener.local = local;
  listener.backlog = backlog;
  listener.id = id;
  listener.options = std::move(options);
  by_port_.emplace(local.port, id);
  return id;
}

std::expected<base::Handle, Error> Listening::next_acceptable(base::Handle listener_id) {
  Listener* const listener = find(listener_id);
  if (listener == nullptr) return std::unexpected(Error::does_not_exist);
  base::Ring<base::Handle>& queue = listener->accept_queue;
  while (!queue.empty() && connections_.find(queue.front()) == nullptr) queue.pop_front();
  if (queue.empty()) return std::unexpected(Error::would_block);
  return queue.front();
}

std::expected<base::Handle, Error> Listening::accept(base::Handle listener_id) {
  const auto next = next_acceptable(listener_id);
  if (!next) return next;
  find(listener_id)->accept_queue.pop_front();
  Tcb& tcb = *connections_.find(*next);
  tcb.accepted = true;
  // accept() itself says as much. What else has come meanwhile is still to be told.
  tcb.events.established = false;
  tcb.events.writable = false;
  return next;
}

std::vector<base::Handle> Listening::close(base::Handle listener_id) {
  Listener* const listener = find(listener_id);
  if (listener == nullptr) return {};
  std::vector<base::Handle> orphans = connections_.half_open(listener_id);
  while (!listener->accept_queue.empty()) {
    orphans.push_back(listener->accept_queue.front());
    listener->accept_queue.pop_front();
  }
  by_port_.erase(listener->local.port);
  listeners_.erase(listener_id);
  std::ranges::sort(orphans, {}, &base::Handle::index);
  return orphans;
}

Listener* Listening::find(const Endpoint& local) {
  const auto entry = by_port_.find(local.port);
  if (entry == by_port_.end()) return nullptr;
  Listener* const listener = find(entry->second);
  const Address& address = listener->local.address;  // MUST-43
  return address.is_unspecified() || address == local.address ? listener : nullptr;
}

Tcb* Listening::segment_arrives(Listener& listener, const Segment& seg, Context& cx) {
  if (may_bring_cookie(listener, seg, cx.now)) {
    const auto syn = syn_of_cookie(seg, cookie_keys_, cx);
    if (syn) return cookie_arrives(listener, *syn, seg, cx);
  }
  return arrives_listen(seg, cx) ? syn_arrives(listener, seg, std::nullopt, cx) : nullptr;
}

Tcb* Listening::begin_again(Listener& listener, const Segment& syn, Seq old_nxt, Context& cx) {
  return syn_arrives(listener, syn, old_nxt, cx);
}

Tcb* Listening::syn_arrives(Listener& listener, const Segment& seg, std::optional<Seq> old_nxt,
                            Context& cx) {
  if (listener.is_accept_queue_full()) {
    cx.dropped(Drop::listen_accept_queue_full);
    return nullptr;
  }
  if (listener.is_syn_queue_full()) {
    send_cookie(listener, seg, cx);
    return nullptr;
  }
  Tcb* const tcb = create(listener, seg, old_nxt, cx);
  if (tcb == nullptr) return nullptr;
  tcb->segments_in = 1;
  take_syn(*tcb, seg, cx);
  answer_fast_open(*tcb, seg, listener.may_serve_early(), cx);
  if (is_served_early(*tcb)) {
    ++listener.served_early;
    process_text_of_syn(*tcb, seg, cx);
  } else {
    keep_text_of_syn(*tcb, seg, cx);
  }
  return tcb;
}

void Listening::send_cookie(Listener& listener, const Segment& seg, Context& cx) {
  if (!cx.config.tcp.syn_cookies) return cx.dropped(Drop::listen_backlog_full);
  Tcb scratch(connections_.pool(), connections_.wheel());
  const std::uint32_t offset = connections_.timestamp_offset(seg.destination, seg.source);
  if (!cx.replies.push(
          answer_with_cookie(scratch, listener.options, seg, cookie_keys_, offset, cx)))
    return cx.dropped(Drop::reply_limit);
  if (!seg.text.empty() || seg.control.fin) cx.dropped(Drop::syn_text);
  listener.cookies_until = cx.now + kCookieLifetime;
  ++cx.counters.cookies_sent;
}

// The ACK completes the handshake, and is the connection's first segment.
Tcb* Listening::cookie_arrives(Listener& listener, const Segment& syn, const Segment& seg,
                               Context& cx) {
  if (listener.is_accept_queue_full()) {
    cx.dropped(Drop::listen_accept_queue_full);
    return nullptr;
  }
  Tcb* const tcb = create(listener, seg, std::nullopt, cx);
  if (tcb == nullptr) return nullptr;
  take_cookie(*tcb, syn, seg, cx);
  tcp::segment_arrives(*tcb, seg, cx);
  return tcb;
}

// The listener stays in LISTEN; its copy, a fresh TCB, goes on to SYN_RECEIVED.
Tcb* Listening::create(Listener& listener, const Segment& seg, std::optional<Seq> old_nxt,
                       Context& cx) {
  Tcb* const tcb = connections_.create(seg.destination, seg.source, listener.options, old_nxt, cx);
  if (tcb == nullptr) {
    cx.dropped(Drop::too_many_connections);
    return nullptr;
  }
  ++cx.counters.passive_opens;
  ++listener.in_syn_received;
  tcb->state = State::LISTEN;
  tcb->passive = true;
  tcb->listener = listener.id;
  return tcb;
}

// Linux: RFC 9293 has no accept queue. While it is full, the ACK that completes a handshake is ignored, as in Linux
// (`sk_acceptq_is_full`). You can see it: our SYN, ACK comes again.
bool Listening::keeps_waiting(const Tcb& tcb, const Segment& seg) const {
  if (tcb.state != State::SYN_RECEIVED || !tcb.passive || tcb.queued_for_accept ||
      !seg.control.ack || seg.control.rst)
    return false;
  const Listener* const listener = find(tcb.listener);
  return listener != nullptr && listener->is_accept_queue_full();
}

void Listening::settle(Tcb& tcb) {
  if (tcb.passive && !tcb.accepted) leave_syn_queue(tcb);
  if (tcb.fast_open) finish_fast_open(tcb);
}

// A passive connection that has left SYN_RECEIVED joins its listener's accept queue, or is gone.
void Listening::leave_syn_queue(Tcb& tcb) {
  const bool early = is_served_early(tcb);
  if (tcb.state == State::SYN_RECEIVED && !early) return;
  if (tcb.queued_for_accept || tcb.released) return;
  Listener* const listener = find(tcb.listener);
  if (listener == nullptr) return;
  --listener->in_syn_received;
  if (!tcb.events.established && !early) {  // it never was
    tcb.released = true;
    return;
  }
  tcb.queued_for_accept = true;
  listener->accept_queue.push_back(tcb.id);
  told_.push_back(listener->id);
}

// The handshake is over: a listener may serve the next connection early.
void Listening::finish_fast_open(Tcb& tcb) {
  if (tcb.state == State::SYN_SENT || tcb.state == State::SYN_RECEIVED) return;
  Listener* const listener = find(tcb.listener);
  if (tcb.fast_open->served && listener != nullptr) --listener->served_early;
  tcb.fast_open.reset();
}

std::optional<base::Handle> Listening::next_told() {
  while (!told_.empty()) {
    const base::Handle listener = told_.front();
    told_.pop_front();
    if (find(listener) != nullptr) return listener;
  }
  return std::nullopt;
}

}  // namespace tcpstack::tcp
