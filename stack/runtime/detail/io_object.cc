// Registration with the runtime, executors, and cancellation slots.
#include "stack/runtime/detail/io_object.h"

#include "stack/runtime/runtime.h"

namespace tcpstack::runtime {

io_object::io_object(runtime* owner, const boost::asio::any_io_executor& executor)
    : runtime_(owner) {
  if (owner == nullptr || executor != owner->executor())
    own_executor_ = std::make_unique<any_executor>(executor);
  if (owner != nullptr) owner->add(*this);
}

io_object::io_object(runtime& owner, vacancy /*mark*/) : io_object(&owner, owner.executor()) {
  is_vacant_ = true;
}

const thread_watch& io_object::watch_threads() const {
  static const thread_watch none;
  return runtime_ != nullptr ? runtime_->watch_threads() : none;
}

const boost::asio::any_io_executor& io_object::executor() const {
  return own_executor_ ? *own_executor_ : runtime_->executor();
}

origin io_object::next() {
  return {.owner = runtime_,
          .executor = executor(),
          .is_home = own_executor_ == nullptr,
          .id = ++last_id_};
}

void io_object::watch(operation_id id, boost::asio::cancellation_slot slot) {
  if (!slot.is_connected()) return;
  // The slot may ask for cancellation long after the operation, or this object, has ended.
  slot.assign([object = weak_from_this(), id](boost::asio::cancellation_type type) {
    if (type == boost::asio::cancellation_type::none) return;
    // A waiting operation has done nothing yet, so every type can be granted.
    if (const auto alive = object.lock()) alive->cancel_operation(id);
  });
}

bool io_object::is_ours(Address address) const {
  return address.is_unspecified() || address == runtime_->stack().config().ip.address;
}

void io_object::runtime_ends() {
  forget_stack();
  if (!own_executor_) own_executor_ = std::make_unique<any_executor>(runtime_->executor());
  runtime_ = nullptr;
}

}  // namespace tcpstack::runtime
