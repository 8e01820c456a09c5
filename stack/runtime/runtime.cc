// The loop around the core: input, then drain; and stopping in order.
#include "stack/runtime/runtime.h"

#include <algorithm>
#include <exception>

#include <boost/asio/post.hpp>

#include "stack/runtime/detail/acceptor_impl.h"
#include "stack/runtime/detail/datagram_impl.h"
#include "stack/runtime/detail/socket_impl.h"

namespace tcpstack::runtime {
namespace {

// Packets sent without a break before users and arriving packets have their turn: about 1.5 ms of work on a device
// that carries single packets.
constexpr int kTransmitBudget = 256;

// Received packets after which the stack sends, with the acknowledgments of all of them together.
constexpr std::size_t kDrainAfter = packet_device::kMaxBatch;

// Bytes of received packets after which users have their turn within a batch: the text is then still in the
// processor's cache.
constexpr std::size_t kServeAfter = 32 * 1024;

template <typename Id, typename Object>
void store(std::vector<Object*>& table, Id id, Object* object) {
  if (table.size() <= id.index) table.resize(id.index + std::size_t{1}, nullptr);
  table[id.index] = object;
}

template <typename Id, typename Object>
Object* find(const std::vector<Object*>& table, Id id) {
  return id.index < table.size() ? table[id.index] : nullptr;
}

// An exception of a handler comes out of the executor's run(), as with Asio's own objects, and the runtime
// continues. The handler may have ended the runtime.
void call(completion ready, runtime::executor_type executor) {
  try {
    std::visit([](auto& each) { each.call(); }, ready);
  } catch (...) {
    boost::asio::post(executor,
                      [thrown = std::current_exception()] { std::rethrow_exception(thrown); });
  }
}

}  // namespace

runtime::runtime(executor_type executor, const Config& config, const base::Seed& seed,
                 std::unique_ptr<packet_device> device, std::unique_ptr<timekeeper> time)
    : executor_(std::move(executor)),
      home_(executor_),
      stack_(config, seed),
      device_(std::move(device)),
      time_(time ? std::move(time) : std::make_unique<steady_timekeeper>(executor_)),
      vacant_(std::make_shared<socket_impl>(*this, vacancy{}),
              std::make_shared<acceptor_impl>(*this, vacancy{}),
              std::make_shared<datagram_impl>(*this, vacancy{})) {
  device_->on_readable([this] { device_readable(); });
  time_->on_alarm([this] { alarm_rings(); });
  device_->wait_readable();
}

runtime::~runtime() {
  while (!objects_.empty()) {
    io_object& object = objects_.front();
    objects_.pop_front();
    object.runtime_ends();
  }
  stops_.cancel_all();
  for (; !due_.empty(); due_.pop_front()) {
    boost::asio::post(executor_, [ready = std::move(due_.front())]() mutable {
      std::visit([](auto& each) { each.call(); }, ready);
    });
  }
}

void runtime::route(ConnectionId connection, socket_impl* socket) {
  store(sockets_, connection, socket);
}

void runtime::route(ListenerId listener, acceptor_impl* acceptor) {
  store(acceptors_, listener, acceptor);
}

void runtime::route(DatagramSocketId socket, datagram_impl* datagrams) {
  store(datagrams_, socket, datagrams);
}

// ---- the inputs of a stack --------------------------------------------------------------------------

void runtime::device_readable() {
  const inside alone(threads_);
  error_code ec;
  const auto ended = life_.watch();
  std::size_t taken = 0;
  do {
    taken += take_batch(ec);
    if (ended()) return;
  } while (!ec && taken < kDrainAfter && device_->has_more());
  drain();
  if (ended()) return;
  if (ec) {
    if (device_failed_) device_failed_(ec);
  } else if (phase_ != phase::stopped) {
    device_->wait_readable();
  }
}

std::size_t runtime::take_batch(error_code& ec) {
  const auto packets = device_->receive(ec);
  const Time now = time_->wake();
  if (!packets.empty()) ++counters_.batches;
  const auto ended = life_.watch();
  std::size_t bytes = 0;  // since the users' last turn
  for (const RxPacket& packet : packets) {
    stack_.packet_arrives(packet, now);
    if (tap_ != nullptr) tap_->received(packet.bytes, now);
    bytes += packet.bytes.size();
    if (bytes < kServeAfter) continue;
    bytes = 0;
    serve_users(now);
    if (ended()) break;
  }
  return packets.size();
}

void runtime::alarm_rings() {
  const inside alone(threads_);
  stack_.time_passes(time_->wake());
  drain();
}

void runtime::complete(completion ready) {
  due_.push_back(std::move(ready));
  schedule_drain();
}

void runtime::operation_begins() {
  if (operations_++ == 0) {
    busy_ = boost::asio::prefer(executor_, boost::asio::execution::outstanding_work.tracked);
  }
}

void runtime::operation_ends() {
  if (--operations_ == 0) busy_ = nullptr;
}

void runtime::schedule_drain() {
  const bool is_idle = phase_ == phase::stopped && due_.empty();
  if (drain_scheduled_ || draining_ || is_idle) return;
  drain_scheduled_ = true;
  boost::asio::post(executor_, life_.guard([this] {
    const inside alone(threads_);
    drain_scheduled_ = false;
    time_->wake();
    drain();
  }));
}

// ---- and its outputs --------------------------------------------------------------------------------

// A turn: until nothing is left to send or to report, or others must have their turn.
void runtime::drain() {
  const auto ended = life_.watch();
  draining_ = true;
  bool all_sent = true;
  bool goes_on = true;
  std::size_t budget = handler_budget_;
  while (goes_on && all_sent && budget > 0) {
    turn_ = time_->now();
    all_sent = phase_ == phase::stopped || transmit(turn_);
    goes_on = deliver_events();
    goes_on |= call_handlers(budget);
    if (ended()) return;
  }
  draining_ = false;
  if (!all_sent || goes_on) schedule_drain();
  check_stop();
  if (phase_ != phase::stopped) sleep();
}

// In the middle of a batch; the acknowledgments of its rest are still to come.
void runtime::serve_users(Time now) {
  const auto ended = life_.watch();
  draining_ = true;
  turn_ = now;
  deliver_events();
  std::size_t budget = handler_budget_;
  call_handlers(budget);
  if (!ended()) draining_ = false;
}

bool runtime::transmit(Time now) {
  int budget = kTransmitBudget;
  while (budget > 0) {
    const auto packet = stack_.poll_transmit(now);
    if (!packet) break;
    send(*packet, now);
    --budget;
  }
  const send_losses losses = device_->flush();
  counters_.lost_would_block += losses.would_block;
  counters_.lost_failed += losses.failed;
  return budget > 0;
}

void runtime::send(const TxPacket& packet, Time now) {
  switch (device_->send(packet)) {
    case send_result::sent:
      if (tap_ != nullptr) tap_->sent(packet, now);
      break;
    case send_result::would_block: ++counters_.lost_would_block; break;
    case send_result::failed: ++counters_.lost_failed; break;
  }
}

bool runtime::deliver_events() {
  bool any = false;
  while (const auto event = stack_.poll_event()) {
    any = true;
    deliver(*event);
  }
  return any;
}

// Ignores an event without an object, or with a different object since: operations look for themselves first, and
// wait for events afterwards.
void runtime::deliver(const Event& event) {
  if (socket_impl* const socket = find(sockets_, event.connection)) {
    if (socket->connection() == event.connection) socket->event(event);
  }
  if (acceptor_impl* const acceptor = find(acceptors_, event.listener)) {
    if (acceptor->listener() == event.listener) acceptor->acceptable();
  }
  if (datagram_impl* const datagrams = find(datagrams_, event.socket)) {
    if (datagrams->socket() == event.socket) datagrams->event(event);
  }
}

// Handlers that become due during this call wait for the next: the packets of these users are sent first.
bool runtime::call_handlers(std::size_t& budget) {
  const auto ended = life_.watch();
  const std::size_t now_due = std::min(due_.size(), budget);
  for (std::size_t i = 0; i < now_due && !ended(); ++i, --budget) {
    completion ready = std::move(due_.front());
    due_.pop_front();
    call(std::move(ready), executor_);
  }
  return now_due > 0;
}

void runtime::sleep() {
  time_->sleep_until(std::min(stack_.next_deadline().value_or(kNever), stop_deadline_));
}

// ---- stopping -----------------------------------------------------------------------------------------

void runtime::stop(Duration limit, stop_operation::handler handler) {
  const inside alone(threads_);
  stops_.push(
      stop_operation(std::move(handler), {.owner = this, .executor = executor_, .is_home = true}));
  if (phase_ == phase::stopped) {
    stops_.cancel_all();
  } else if (phase_ == phase::stopping) {
    finish_stop(boost::asio::error::timed_out);
  } else {
    phase_ = phase::stopping;
    stop_deadline_ = time_->now() + limit;
    for (io_object& object : objects_) object.runtime_stops();
    schedule_drain();
  }
}

void runtime::check_stop() {
  if (phase_ != phase::stopping) return;
  if (stack_.active_connection_count() == 0) {
    finish_stop({});
  } else if (time_->now() >= stop_deadline_) {
    finish_stop(boost::asio::error::timed_out);
  }
}

void runtime::finish_stop(error_code ec) {
  phase_ = phase::stopped;  // from here on users' calls schedule nothing
  for (socket_impl* const socket : sockets_) {
    if (socket != nullptr) socket->abort();
  }
  stack_.reset_all(
      time_->now());  // those that no socket holds: half open, not accepted, given back
  while (!transmit(time_->now())) {
  }
  device_->cancel();
  time_->stop();
  stops_.serve([&](stop_operation& each) {
    each.complete(ec);
    return true;
  });
}

// ---- for operation.h ----------------------------------------------------------------------------------

void complete_soon(runtime& owner, completion ready) { owner.complete(std::move(ready)); }

work begin_work(runtime* owner) {
  if (owner != nullptr) owner->operation_begins();
  return work(owner);
}

void end_work::operator()(runtime* owner) const { owner->operation_ends(); }

const boost::asio::any_completion_executor& home_of(const runtime& owner) { return owner.home(); }

}  // namespace tcpstack::runtime
