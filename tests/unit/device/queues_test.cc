// Several queues of a real TUN device, in a network namespace of its own: one for each of some flows, or one for bulk.
// Skipped without root or /dev/net/tun.
#include <array>
#include <cstdlib>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "stack/device/interface.h"
#include "stack/device/tun.h"
#include "tests/unit/device/kernel_end.h"
#include "tests/unit/device/netns.h"

namespace tcpstack::device {
namespace {

// ---- several queues of one device ----

// Two queues of tun0, ready for use.
struct TwoQueues {
  std::vector<Tun> queues = Tun::open_queues("tun0", 2).value();
  TunConfiguration configuration = TunConfiguration::apply("tun0", settings()).value();
};

// The kernel's behaviour that runtime/devices/tun_queues.h relies on.
TEST(TunQueues, have_a_flow_in_the_queue_that_has_sent_last) {
  IN_NEW_NAMESPACE([] {
    TwoQueues device;
    const Descriptor socket = kernel_socket();
    for (const std::size_t number : {0u, 1u, 1u, 0u}) {
      Tun& queue = device.queues[number];
      queue.send(datagram("question"));
      EXPECT_EQ(queue.flush().failed, 0u);
      kernel_sends(socket, "answer");
      EXPECT_EQ(receive(queue, 1), std::vector<std::string>{"answer"}) << number;
      EXPECT_TRUE(texts(*device.queues[1 - number].receive()).empty()) << number;
    }
  });
}

TEST(TunQueues, give_smaller_batches_where_other_queues_wait) {
  IN_NEW_NAMESPACE([] {
    TwoQueues device;
    Tun& queue = device.queues[1];
    const Descriptor socket = kernel_socket();
    queue.send(datagram("question"));
    EXPECT_EQ(queue.flush().failed, 0u);
    const std::vector<std::string> sent(100, "answer");
    for (const std::string& text : sent) kernel_sends(socket, text);
    const auto first = queue.receive();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->size(), Tun::kMaxBatch / 2);
    const std::size_t rest = sent.size() - texts(*first).size();
    EXPECT_EQ(receive(queue, rest).size(), rest);
  });
}

// ---- a queue for bulk ----

Tun open_with_bulk_queue(OffloadMode offload = OffloadMode::off) {
  return Tun::open("tun0", offload, BulkMode::beside_us).value();
}

// tun0, ready for use; with a queue for bulk unless a container forbids BPF or a mount of sysfs.
struct WithBulkQueue {
  Tun tun = open_with_bulk_queue();
  TunConfiguration configuration = TunConfiguration::apply("tun0", settings()).value();
};

// Datagram number i of many, `size` bytes long.
std::string numbered(int i, std::size_t size) {
  std::string text = std::to_string(i);
  text.resize(size, '.');
  return text;
}

// Queues of tun0 that are attached.
unsigned queue_count() {
  ethtool_channels queues{};
  EXPECT_TRUE(ask_ethtool("tun0", ETHTOOL_GCHANNELS, queues));
  return queues.combined_count;
}

// Sends batches of 16 datagrams, waits for each of them, and counts on.
void exchange_batches(Tun& tun, const Descriptor& socket, int batches, std::size_t size,
                      int& next) {
  for (int batch = 0; batch < batches; ++batch) {
    std::vector<std::string> sent;
    for (int i = 0; i < 16; ++i) sent.push_back(numbered(next++, size));
    for (const std::string& text : sent) tun.send(datagram(text));
    ASSERT_EQ(tun.flush().failed, 0u);
    for (int empty = 0; empty < 3; ++empty) tun.flush();  // which is no batch
    for (const std::string& text : sent) {
      ASSERT_TRUE(is_readable(socket.get()));
      std::array<char, 1500> received;
      const ssize_t got = ::recv(socket.get(), received.data(), received.size(), 0);
      ASSERT_EQ(std::string(received.data(), static_cast<std::size_t>(got)), text);
    }
  }
}

// Lets the socket hear only what has come by this queue of the device.
void hear_only(const Descriptor& socket, std::uint32_t queue) {
  std::array program{
      sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0,
                  static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_QUEUE)},
      sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, queue + 1},  // 0: none is known
      sock_filter{BPF_RET | BPF_K, 0, 0, 0xffff},
      sock_filter{BPF_RET | BPF_K, 0, 0, 0},
  };
  const sock_fprog filter{.len = program.size(), .filter = program.data()};
  ASSERT_EQ(::setsockopt(socket.get(), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter), 0);
}

// Has batches of datagrams of one size taken, first until the way of a batch is settled, then some by this queue
// alone.
void expect_queue(Tun& tun, const Descriptor& socket, std::size_t size, std::uint32_t queue,
                  int& next) {
  ASSERT_NO_FATAL_FAILURE(exchange_batches(tun, socket, 100, size, next));
  ASSERT_NO_FATAL_FAILURE(hear_only(socket, queue));
  ASSERT_NO_FATAL_FAILURE(exchange_batches(tun, socket, 10, size, next));
  const int any = 0;
  ASSERT_EQ(::setsockopt(socket.get(), SOL_SOCKET, SO_DETACH_FILTER, &any, sizeof any), 0);
}

TEST(BulkQueue, has_the_large_batches_and_no_others_all_in_order) {
  IN_NEW_NAMESPACE([] {
    WithBulkQueue device;
    if (!device.tun.bulk_queue()) GTEST_SKIP() << device.tun.bulk_queue().error();
    const Descriptor socket = kernel_socket();
    int next = 0;
    ASSERT_NO_FATAL_FAILURE(expect_queue(device.tun, socket, 10, 0, next));
    ASSERT_NO_FATAL_FAILURE(expect_queue(device.tun, socket, 1400, 1, next));
    ASSERT_NO_FATAL_FAILURE(expect_queue(device.tun, socket, 10, 0, next));
  });
}

// With two queues the kernel chooses one for each packet to us.
TEST(BulkQueue, is_attached_when_bulk_begins) {
  IN_NEW_NAMESPACE([] {
    WithBulkQueue device;
    if (!device.tun.bulk_queue()) GTEST_SKIP() << device.tun.bulk_queue().error();
    const Descriptor socket = kernel_socket();
    int next = 0;
    ASSERT_NO_FATAL_FAILURE(exchange_batches(device.tun, socket, 100, 10, next));
    EXPECT_EQ(queue_count(), 1u);
    ASSERT_NO_FATAL_FAILURE(exchange_batches(device.tun, socket, 100, 1400, next));
    EXPECT_EQ(queue_count(), 2u);
  });
}

TEST(BulkQueue, hears_nothing) {
  IN_NEW_NAMESPACE([] {
    WithBulkQueue device;
    if (!device.tun.bulk_queue()) GTEST_SKIP() << device.tun.bulk_queue().error();
    const Descriptor socket = kernel_socket();
    int next = 0;
    ASSERT_NO_FATAL_FAILURE(expect_queue(device.tun, socket, 1400, 1, next));
    for (int i = 0; i < 20; ++i) {
      const Descriptor another(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
      kernel_sends(i % 2 == 0 ? socket : another, "answer");
      EXPECT_EQ(receive(device.tun, 1), std::vector<std::string>{"answer"}) << i;
    }
  });
}

// Else Wireshark would show segments that nobody has sent.
TEST(BulkQueue, has_the_kernel_merge_nothing_but_super_segments) {
  IN_NEW_NAMESPACE([] {
    for (const bool offload : {false, true}) {
      const Tun tun = open_with_bulk_queue(offload ? OffloadMode::on : OffloadMode::off);
      if (!tun.bulk_queue()) GTEST_SKIP() << tun.bulk_queue().error();
      ethtool_value merges{};
      ASSERT_TRUE(ask_ethtool("tun0", ETHTOOL_GGRO, merges));
      EXPECT_EQ(merges.data != 0, offload);
    }
  });
}

// A device that was made in advance keeps the program that kept everything in its first queue.
TEST(BulkQueue, leaves_nothing_that_keeps_flows_from_other_queues_later) {
  IN_NEW_NAMESPACE([] {
    if (std::system("ip tuntap add dev tun0 mode tun multi_queue") != 0) return;
    if (const Tun before = open_with_bulk_queue(); !before.bulk_queue()) {
      GTEST_SKIP() << before.bulk_queue().error();
    }
    TwoQueues device;
    const Descriptor socket = kernel_socket();
    device.queues[1].send(datagram("question"));
    EXPECT_EQ(device.queues[1].flush().failed, 0u);
    kernel_sends(socket, "answer");
    EXPECT_EQ(receive(device.queues[1], 1), std::vector<std::string>{"answer"});
  });
}

TEST(BulkQueue, is_not_to_be_had_where_the_device_has_one_queue) {
  IN_NEW_NAMESPACE([] {
    if (std::system("ip tuntap add dev tun0 mode tun") != 0) return;
    const Tun tun = open_with_bulk_queue();
    ASSERT_FALSE(tun.bulk_queue());
    EXPECT_EQ(tun.bulk_queue().error(), "the device was made for one queue");
  });
}

}  // namespace
}  // namespace tcpstack::device
