#include "apps/tcpstack/views.h"

namespace tcpstack::app {

Views::Views(const Options& options, LineOutput& output) {
  if (Printer::prints_at(options.log_level)) {
    printer_.emplace(options, output);
    narrator_.tell(*printer_);
  }
  if (!options.capture.empty()) {
    capture_.emplace(options);
    narrator_.tell(*capture_);
  }
}

void Views::attach(runtime::runtime& runtime) {
  if (capture_)
    capture_->starts_at(std::chrono::system_clock::now() - runtime.now().time_since_epoch());
  if (!narrator_.has_listeners()) return;
  runtime.observe(&narrator_);
  runtime.tap(this);
}

void Views::fault(trace::Direction direction, Bytes packet, const device::Deed& deed, Time now) {
  narrator_.fault(direction, packet, deed, now);
}

void Views::received(Bytes packet, Time now) {
  narrator_.received(packet);
  if (capture_) capture_->received(packet, now);
}

void Views::sent(const TxPacket& packet, Time now) {
  if (capture_) capture_->sent(packet, now);
}

}  // namespace tcpstack::app
