// Two queues of packets, and the waiting receivers.
#include "stack/runtime/devices/memory_link.h"

#include <array>
#include <cassert>
#include <deque>

#include <boost/asio/post.hpp>

#include "stack/runtime/detail/lifeline.h"

namespace tcpstack::runtime {
namespace {

using packet_bytes = std::vector<std::uint8_t>;

packet_bytes copy_of(const TxPacket& packet) {
  packet_bytes bytes(packet.headers.begin(), packet.headers.begin() + packet.headers_size);
  for (const Bytes& span : packet.text) bytes.insert(bytes.end(), span.begin(), span.end());
  return bytes;
}

class end_of_link;

struct link_state {
  link_options options;
  std::size_t packets = 0;
  std::array<end_of_link*, 2> ends{};  // nullptr: destroyed
};

class end_of_link final : public packet_device {
 public:
  end_of_link(boost::asio::any_io_executor executor, std::shared_ptr<link_state> link,
              std::size_t side)
      : executor_(std::move(executor)), link_(std::move(link)), side_(side) {
    link_->ends[side_] = this;
  }
  ~end_of_link() override { link_->ends[side_] = nullptr; }

  std::span<const RxPacket> receive(error_code& ec) override;
  send_result send(const TxPacket& packet) override;
  void wait_readable() override {
    waiting_ = true;
    if (!arrived_.empty()) notify();
  }
  void cancel() override { waiting_ = false; }

 private:
  void arrive(packet_bytes packet) {
    arrived_.push_back(std::move(packet));
    if (waiting_) notify();
  }
  void notify();

  boost::asio::any_io_executor executor_;
  std::shared_ptr<link_state> link_;
  const std::size_t side_;
  std::deque<packet_bytes> arrived_;
  std::vector<packet_bytes> held_;  // packets of views_
  std::vector<RxPacket> views_;
  bool waiting_ = false;
  bool notified_ = false;
  lifeline life_;
};

std::span<const RxPacket> end_of_link::receive(error_code& ec) {
  ec = {};
  held_.clear();
  views_.clear();
  while (!arrived_.empty() && held_.size() < kMaxBatch) {
    held_.push_back(std::move(arrived_.front()));
    arrived_.pop_front();
  }
  for (const packet_bytes& packet : held_) views_.push_back({.bytes = packet, .offload = {}});
  return views_;
}

send_result end_of_link::send(const TxPacket& packet) {
  assert(!packet.offload.checksum && packet.offload.segment_size == 0);
  if (packet.size() > link_->options.mtu) return send_result::failed;
  packet_bytes bytes = copy_of(packet);
  const passage on_its_way{++link_->packets, side_ == 0, bytes};
  const auto& carries = link_->options.carries;
  end_of_link* const peer = link_->ends[1 - side_];
  if (peer != nullptr && (!carries || carries(on_its_way))) peer->arrive(std::move(bytes));
  return send_result::sent;
}

void end_of_link::notify() {
  if (notified_) return;
  notified_ = true;
  boost::asio::post(executor_, life_.guard([this] {
    notified_ = false;
    if (!waiting_) return;
    waiting_ = false;
    readable();
  }));
}

}  // namespace

memory_link make_memory_link(const boost::asio::any_io_executor& executor, link_options options) {
  const auto link = std::make_shared<link_state>(link_state{.options = std::move(options)});
  return {.first = std::make_unique<end_of_link>(executor, link, 0),
          .second = std::make_unique<end_of_link>(executor, link, 1)};
}

}  // namespace tcpstack::runtime
