// Registration with the runtime, and cancellation slots.
#include "stack/runtime/io_object.h"

#include "stack/runtime/runtime.h"

namespace tcpstack::runtime {

io_object::io_object(runtime& owner, boost::asio::any_io_executor executor)
    : runtime_(&owner), executor_(std::move(executor)) {
  owner.add(*this);
}

void io_object::watch(operation_id id, boost::asio::cancellation_slot slot) {
  if (!slot.is_connected()) return;
  // The slot may be asked to cancel long after the operation, or this object, is gone.
  slot.assign([object = weak_from_this(), id](boost::asio::cancellation_type type) {
    if (type == boost::asio::cancellation_type::none) return;
    // An operation that waits has done nothing yet, so every type can be granted.
    if (const auto alive = object.lock()) alive->cancel_operation(id);
  });
}

}  // namespace tcpstack::runtime
