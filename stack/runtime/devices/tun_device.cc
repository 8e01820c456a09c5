// Between device::Tun and Asio.
#include "stack/runtime/devices/tun_device.h"

#include <utility>

#include <boost/asio/post.hpp>

namespace tcpstack::runtime {

using tcpstack::device::Tun;

static_assert(Tun::kMaxBatch <= packet_device::kMaxBatch);

tun_device::tun_device(const boost::asio::any_io_executor& executor, Tun tun,
                       std::chrono::microseconds busy_poll)
    : tun_(std::move(tun)), descriptor_(executor, tun_.fd()), busy_poll_(busy_poll) {}

tun_device::~tun_device() { descriptor_.release(); }  // tun_ closes it

std::span<const RxPacket> tun_device::receive(error_code& ec) {
  ec = {};
  const auto packets = tun_.receive();
  if (packets && busy_poll_.count() > 0 && !packets->empty()) {
    last_arrival_ = std::chrono::steady_clock::now();
  }
  if (packets) return *packets;
  ec = make_error_code(boost::system::errc::no_such_device);
  return {};
}

send_result tun_device::send(const TxPacket& packet) {
  tun_.send(packet);
  return send_result::sent;
}

send_losses tun_device::flush() {
  const tcpstack::device::SendLosses losses = tun_.flush();
  return {.would_block = losses.would_block, .failed = losses.failed};
}

void tun_device::cancel() {
  cancelled_ = true;
  descriptor_.cancel();
}

void tun_device::wait_readable() {
  if (busy_poll_.count() > 0 && std::chrono::steady_clock::now() - last_arrival_ < busy_poll_) {
    // After all ready work, so that users and timers have their turn.
    boost::asio::post(descriptor_.get_executor(), life_.guard([this] {
      if (!cancelled_) readable();
    }));
    return;
  }
  descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                         life_.guard([this](const error_code& ec) {
                           if (!ec) readable();  // else: cancelled
                         }));
}

}  // namespace tcpstack::runtime
