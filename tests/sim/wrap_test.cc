// More than 4 GiB over one connection: each number that the sender keeps has wrapped around, and those that it has not
// touched for 2 GiB seem to lie ahead (RFC 9293 section 3.4).
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "stack/stack.h"
#include "stack/wire/checksum.h"
#include "tests/support/packets.h"

namespace tcpstack::test {
namespace {

using std::chrono_literals::operator""ms;

constexpr std::uint64_t kGiB = 1U << 30U;

// A sender and a receiver of large packets, joined by hand: 10 ms there, no time back. Checksums are left to the device.
class LongConnection {
 public:
  LongConnection() {
    const ListenerId listener = server_.listen({kHere, 7}).value();
    id_ = client_.open({kHere, 7}, Endpoint{}, now_).value();
    for (int i = 0; i < 3; ++i) carry();
    accepted_ = server_.accept(listener, now_).value();
    settle();
  }

  // Carries at least so many bytes, in full-sized segments alone.
  void move(std::uint64_t bytes) {
    const Bytes text = Bytes(large_).first(large_.size() / tcb().snd.smss * tcb().snd.smss);
    for (std::uint64_t sent = 0; sent < bytes;) {
      std::size_t taken = 0;
      while (taken < text.size()) {
        taken += client_.send(id_, text.subspan(taken), now_).value_or(0);
        carry();
      }
      sent += taken;
    }
    while (!tcb().flight.empty()) carry();
  }

  // A small write while a full-sized segment is in flight: has it left at once?
  bool small_write_leaves() {
    static_cast<void>(client_.send(id_, Bytes(large_).first(tcb().snd.smss), now_));
    collect();
    const tcp::Seq before = tcb().snd.nxt;
    static_cast<void>(client_.send(id_, Bytes(large_).first(10), now_));
    collect();
    return tcb().snd.nxt != before;
  }

  // The queue of the path is full: the next packet carries a congestion mark to the receiver.
  void mark_next() { marks_next_ = true; }
  [[nodiscard]] const tcp::Tcb& tcb() const { return *client_.tcb(id_); }
  [[nodiscard]] tcp::RecoveryPhase phase() const { return tcb().sender->recovery.phase; }
  [[nodiscard]] std::uint64_t retransmitted() const {
    return client_.counters().segments_retransmitted;
  }
  // The next packet is lost.
  void lose_next() { loses_next_ = true; }

  void carry() {
    collect();
    now_ += 10ms;
    for (Packet& packet : std::exchange(path_, {})) {
      server_.packet_arrives({packet, {.checksum = true}}, now_);
    }
    read();
    while (const auto answer = server_.poll_transmit(now_)) {
      client_.packet_arrives({flat(*answer), {.checksum = true}}, now_);
    }
    settle();
    client_.time_passes(now_);
    server_.time_passes(now_);
  }

 private:
  static Config config_of(Address address) {
    Config config;
    config.ip.address = address;
    config.ip.mtu = 65535;
    config.ip.offload = true;
    config.tcp.ecn = EcnMode::offer;
    return config;
  }

  void collect() {
    while (const auto packet = client_.poll_transmit(now_)) {
      Packet bytes = flat(*packet);
      const bool has_text = total_size(packet->text) > 0;
      if (has_text && std::exchange(loses_next_, false)) continue;
      if (has_text && std::exchange(marks_next_, false)) mark(bytes);
      path_.push_back(std::move(bytes));
    }
  }

  static void mark(Packet& packet) {
    packet[1] |= static_cast<std::uint8_t>(wire::Ecn::ce);
    const MutableBytes header = MutableBytes(packet).first(wire::kIpv4HeaderSize);
    store_be16(&header[10], 0);
    store_be16(&header[10], wire::internet_checksum(header));
  }

  void read() {
    if (!accepted_) return;
    while (server_.receive(*accepted_, MutableBytes(space_), now_).value_or(0) > 0) {
    }
  }

  void settle() {
    while (client_.poll_event() || server_.poll_event()) {
    }
  }

  Time now_{std::chrono::seconds(1)};
  Stack client_{config_of(kThere), 1};
  Stack server_{config_of(kHere), 2};
  ConnectionId id_;
  std::optional<ConnectionId> accepted_;
  std::vector<Packet> path_;
  bool marks_next_ = false;
  bool loses_next_ = false;
  std::vector<std::uint8_t> large_ = std::vector<std::uint8_t>(1U << 20U);
  std::vector<std::uint8_t> space_ = std::vector<std::uint8_t>(1U << 20U);
};

// The last small segment lies more than 2 GiB back. Nagle's algorithm does not wait for it.
TEST(Wrap, AnOldSmallSegmentHoldsNothingBack) {
  LongConnection connection;
  for (int i = 0; i < 2; ++i) {
    connection.move(2 * kGiB + kGiB / 2);
    EXPECT_TRUE(connection.small_write_leaves()) << "after " << i + 1 << " times 2.5 GiB";
    while (!connection.tcb().flight.empty()) connection.carry();
    check(connection.tcb());
  }
}

// Two marks with more than 2 GiB between them: each reduces the window.
TEST(Wrap, AnOldReductionDoesNotHideTheNextMark) {
  LongConnection connection;
  for (int i = 0; i < 2; ++i) {
    connection.mark_next();
    static_cast<void>(connection.small_write_leaves());
    const std::uint32_t before = connection.tcb().sender->recovery.window.ssthresh;
    connection.carry();
    EXPECT_LT(connection.tcb().sender->recovery.window.ssthresh, before);
    connection.move(2 * kGiB + kGiB / 2);
  }
}

TEST(Wrap, AnOldRecoveryDoesNotHideTheNextLoss) {
  LongConnection connection;
  for (unsigned i = 1; i <= 2; ++i) {
    connection.lose_next();
    connection.move(4U << 20U);
    EXPECT_EQ(connection.retransmitted(), i);
    EXPECT_EQ(connection.phase(), tcp::RecoveryPhase::open);
    connection.move(2 * kGiB + kGiB / 2);
  }
}

}  // namespace
}  // namespace tcpstack::test
