// Packets are copied: a user who asks for faults does not ask for speed.
#include "stack/runtime/devices/faulty_device.h"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

namespace tcpstack::runtime {
namespace {

using tcpstack::device::Deed;
using tcpstack::device::Verdict;

std::vector<std::uint8_t> copy_of(const TxPacket& packet) {
  const Bytes headers = packet.header_bytes();
  std::vector<std::uint8_t> bytes(headers.begin(), headers.end());
  for (const Bytes& span : packet.text) bytes.insert(bytes.end(), span.begin(), span.end());
  return bytes;
}

std::size_t index(trace::Direction way) { return way == trace::Direction::in ? 0 : 1; }

}  // namespace

faulty_device::faulty_device(boost::asio::any_io_executor executor,
                             std::unique_ptr<packet_device> inner, tcpstack::device::FaultPlan plan,
                             report tell, std::unique_ptr<timekeeper> time)
    : executor_(std::move(executor)),
      inner_(std::move(inner)),
      plan_(std::move(plan)),
      report_(std::move(tell)),
      time_(time ? std::move(time) : std::make_unique<steady_timekeeper>(executor_)) {
  inner_->on_readable([this] {
    inner_waiting_ = false;
    if (std::exchange(waiting_, false)) readable();
  });
  time_->on_alarm([this] { alarm_rings(); });
}

std::span<const RxPacket> faulty_device::receive(error_code& ec) {
  if (!failure_) {
    for (const RxPacket& packet : inner_->receive(failure_)) {
      pass({direction::in, {packet.bytes.begin(), packet.bytes.end()}, packet.offload});
    }
  }
  given_.clear();
  views_.clear();
  while (!arrived_.empty() && given_.size() < kMaxBatch) {
    given_.push_back(std::move(arrived_.front()));
    arrived_.pop_front();
  }
  for (const owned_packet& each : given_) views_.push_back({each.bytes, each.offload});
  sleep();
  ec = failure_;
  return views_;
}

send_result faulty_device::send(const TxPacket& packet) {
  const send_result result = pass({direction::out, copy_of(packet), packet.offload});
  sleep();
  return result;
}

void faulty_device::wait_readable() {
  waiting_ = true;
  if (!arrived_.empty()) notify();
  if (std::exchange(inner_waiting_, true)) return;
  inner_->wait_readable();
}

void faulty_device::cancel() {
  waiting_ = false;
  inner_waiting_ = false;
  inner_->cancel();
  delayed_.clear();
  time_->stop();
}

send_result faulty_device::pass(owned_packet packet) {
  const Time now = time_->wake();
  const Verdict verdict = plan_.decide(packet.way, packet.bytes, now);
  for (const Deed& deed : verdict.deeds) report_(packet.way, packet.bytes, deed);
  if (verdict.drop) return send_result::sent;
  if (verdict.corrupt_bit != 0) {
    packet.bytes[verdict.corrupt_at] ^= verdict.corrupt_bit;
    packet.offload.checksum = false;  // no later stage may complete the checksum
  }
  const direction way = packet.way;
  if (verdict.hold) {
    held_[index(way)].push_back(std::move(packet));
    return send_result::sent;
  }
  if (verdict.delay > Duration{}) {
    if (verdict.duplicate) delayed_.emplace(now + verdict.delay, packet);
    delayed_.emplace(now + verdict.delay, std::move(packet));
    return send_result::sent;
  }
  const send_result result = deliver(packet);
  if (verdict.duplicate) deliver(packet);
  release_held(way);
  return result;
}

send_result faulty_device::deliver(const owned_packet& packet) {
  if (packet.way == direction::in) {
    arrived_.push_back(packet);
    notify();
    return send_result::sent;
  }
  TxPacket out;
  const Bytes bytes = packet.bytes;
  out.headers_size = std::min(bytes.size(), out.headers.size());
  std::ranges::copy(bytes.first(out.headers_size), out.headers.begin());
  if (bytes.size() > out.headers_size) out.text = {bytes.subspan(out.headers_size)};
  out.offload = packet.offload;
  const send_result result = inner_->send(out);
  const send_losses lost = inner_->flush();
  if (lost.would_block > 0) return send_result::would_block;
  return lost.failed > 0 ? send_result::failed : result;
}

void faulty_device::release_held(direction way) {
  for (const owned_packet& packet : std::exchange(held_[index(way)], {})) deliver(packet);
}

void faulty_device::alarm_rings() {
  const Time now = time_->wake();
  while (!delayed_.empty() && delayed_.begin()->first <= now) {
    const owned_packet packet = std::move(delayed_.extract(delayed_.begin()).mapped());
    deliver(packet);
    release_held(packet.way);
  }
  sleep();
}

void faulty_device::sleep() {
  time_->sleep_until(delayed_.empty() ? kNever : delayed_.begin()->first);
}

void faulty_device::notify() {
  if (!waiting_ || std::exchange(notified_, true)) return;
  boost::asio::post(executor_, life_.guard([this] {
    notified_ = false;
    if (std::exchange(waiting_, false)) readable();
  }));
}

}  // namespace tcpstack::runtime
