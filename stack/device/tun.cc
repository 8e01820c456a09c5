#include "stack/device/tun.h"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <linux/if_tun.h>
#include <net/if.h>
#include <optional>
#include <sys/uio.h>
#include <utility>

#include "stack/device/interface.h"

namespace tcpstack::device {
namespace {

TunError has_one_queue(const std::string& name) {
  return {TunError::Kind::one_queue, "the device " + name +
                                         " was made for one queue: `sudo ip link delete " + name +
                                         "`, then `sudo ip tuntap add dev " + name +
                                         " mode tun multi_queue`, or go without --queues"};
}

iovec vector_of(Bytes bytes) {
  // writev() takes a pointer to non-const and does not write through it.
  return {const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
}

}  // namespace

std::expected<Tun, TunError> Tun::open(const std::string& name, OffloadMode offload, BulkMode bulk,
                                       BatchIo::Way way) {
  auto queues = open_queues(name, 1, offload, bulk, way);
  if (!queues) return std::unexpected(std::move(queues).error());
  return std::move(queues->front());
}

std::expected<std::vector<Tun>, TunError> Tun::open_queues(const std::string& name,
                                                           std::size_t count, OffloadMode offload,
                                                           BulkMode bulk, BatchIo::Way way) {
  assert(count >= 1 && count <= kMaxQueues);
  if (auto bad_name = name_error(name)) return std::unexpected(*std::move(bad_name));
  const auto existing = existing_tun(name);
  // The kernel would let two programs share a device with several queues, and give each a part of the packets.
  if (existing && existing->is_open) return std::unexpected(busy(name));
  const bool wants_bulk_queue = bulk == BulkMode::beside_us && count == 1;
  const bool several = existing ? existing->can_have_several_queues.value_or(count > 1)
                                : count > 1 || wants_bulk_queue;
  if (count > 1 && !several) return std::unexpected(has_one_queue(name));
  std::vector<Tun> queues;
  while (queues.size() < count) {
    auto queue = open_queue(name, offload, several ? IFF_MULTI_QUEUE : 0, way);
    if (!queue) return std::unexpected(std::move(queue).error());
    if (count > 1) queue->max_batch_ = kMaxBatch / 2;
    queues.push_back(*std::move(queue));
  }
  if (wants_bulk_queue) {
    queues.front().open_bulk_queue(several, way);
  } else if (several) {
    BulkQueue::forget(queues.front().descriptor_);
  }
  return queues;
}

std::expected<Tun, TunError> Tun::open_queue(const std::string& name, OffloadMode offload,
                                             int queue_flags, BatchIo::Way way) {
  auto driver = open_driver();
  if (!driver) return std::unexpected(std::move(driver).error());
  BatchIo io(driver->get(), way);  // before a packet can arrive
  if (auto attached = attach(*driver, name, offload, queue_flags); !attached) {
    return std::unexpected(std::move(attached).error());
  }
  return Tun(*std::move(driver), std::move(io), name, offload);
}

void Tun::open_bulk_queue(bool can_have_several, BatchIo::Way way) {
  bulk_queue_ = can_have_several
                    ? BulkQueue::open(name_, descriptor_, offload_, way)
                    : std::unexpected<std::string>("the device was made for one queue");
}

Tun::Incoming::Incoming() {
  for (std::size_t i = 0; i < kMaxBatch; ++i) vectors[i] = {slots[i].data(), slots[i].size()};
}

Tun::Tun(Descriptor descriptor, BatchIo io, std::string name, OffloadMode offload)
    : descriptor_(std::move(descriptor)),
      name_(std::move(name)),
      offload_(offload),
      io_(std::move(io)),
      incoming_(new Incoming),
      outgoing_(new Outgoing) {}

// Requests one packet more than the last batch had, to find the device empty. If it is not, requests as many again, until
// it is or a batch is full. After some batches of one packet it looks for a second packet only now and then: that costs
// one more wake-up, but seldom.
std::expected<std::span<const RxPacket>, TunError> Tun::receive() {
  const bool takes_one = one_by_one_ > kAWhile && one_by_one_ % kAWhile != 0;
  const std::size_t fit = std::max<std::size_t>(kMaxBatchBytes / expected_size_, 2);
  const std::size_t most = takes_one ? 1 : std::min(fit, max_batch_);
  std::size_t tried = 0;
  std::size_t count = 0;
  std::size_t largest = 1;
  int code = 0;
  while (tried < most && code == 0) {
    const std::size_t asked = std::min(std::max(expected_ + 1, tried), most - tried);
    for (const ssize_t size : io_.read(std::span(incoming_->vectors).subspan(tried, asked))) {
      const Bytes slot(incoming_->slots[tried++]);
      if (size >= 0) {
        incoming_->packets[count++] = received(slot.first(static_cast<std::size_t>(size)));
        largest = std::max(largest, static_cast<std::size_t>(size));
      } else {
        code = static_cast<int>(-size);
      }
    }
  }
  if (count > 0) {
    expected_ = count;
    expected_size_ = largest;
  }
  has_more_ = !takes_one && code == 0;
  one_by_one_ = count == 1 ? one_by_one_ + 1 : 0;
  // The error comes again once the packets before it have been taken.
  if (count == 0 && code != EAGAIN) {
    return std::unexpected(
        TunError{TunError::Kind::gone, "the device " + name_ + " is gone: " + std::strerror(code)});
  }
  return std::span<const RxPacket>(incoming_->packets).first(count);
}

RxPacket Tun::received(Bytes read) const {
  if (offload_ == OffloadMode::on) return behind_offload_header(read);
  return {.bytes = read, .offload = {}};
}

// Short text follows its headers in one piece: a gathering write would cost more than the copy.
void Tun::send(const TxPacket& packet) {
  const std::size_t place = outgoing_->count++;
  auto& beginning = outgoing_->beginnings[place];
  auto& vectors = outgoing_->vectors[place];
  const std::size_t size = packet.size();
  std::uint8_t* end = beginning.data();
  const auto copy = [&end](Bytes bytes) {
    std::memcpy(end, bytes.data(), bytes.size());
    end += bytes.size();
  };
  if (offload_ == OffloadMode::on) copy(offload_header(packet));
  copy(packet.header_bytes());
  std::size_t count = 1;
  if (size - packet.headers_size <= kShortText) {
    std::ranges::for_each(packet.text, copy);
  } else {
    for (const Bytes span : packet.text) vectors[count++] = vector_of(span);
  }
  vectors[0] = {beginning.data(), static_cast<std::size_t>(end - beginning.data())};
  outgoing_->packets[place] = BatchIo::Vectors(vectors).first(count);
  outgoing_->bytes += size;
  if (outgoing_->count == kMaxBatch) write();
}

SendLosses Tun::flush() {
  write();
  return std::exchange(losses_, {});
}

void Tun::write() {
  if (outgoing_->count == 0) return;
  const std::size_t count = std::exchange(outgoing_->count, 0);
  const std::size_t bytes = std::exchange(outgoing_->bytes, 0);
  BatchIo& io = bulk_queue_ && bulk_queue_->takes(bytes) ? bulk_queue_->io() : io_;
  for (const ssize_t result : io.write(std::span(outgoing_->packets).first(count))) {
    if (result >= 0) continue;
    ++(result == -EAGAIN || result == -ENOBUFS ? losses_.would_block : losses_.failed);
  }
}

std::expected<unsigned, TunError> Tun::mtu() const {
  ifreq request = request_for(name_);
  if (ask(SIOCGIFMTU, request)) return static_cast<unsigned>(request.ifr_mtu);
  const auto kind = errno == ENODEV ? TunError::Kind::gone : TunError::Kind::other;
  return std::unexpected(
      TunError{kind, "the device " + name_ + " does not show its MTU: " + std::strerror(errno)});
}

}  // namespace tcpstack::device
