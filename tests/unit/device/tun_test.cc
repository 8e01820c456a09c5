// A real TUN device in a network namespace of its own: datagrams to and from the kernel. Skipped without root or
// /dev/net/tun.
#include "stack/device/tun.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "stack/device/tun_config.h"
#include "tests/support/packets.h"
#include "tests/unit/device/kernel_end.h"
#include "tests/unit/device/netns.h"

namespace tcpstack::device {
namespace {

using Kind = TunError::Kind;

// tun0, ready for use.
struct Configured {
  Tun tun = Tun::open("tun0").value();
  TunConfiguration configuration = TunConfiguration::apply("tun0", settings()).value();
};

TEST(Tun, reads_what_the_kernel_sends) {
  IN_NEW_NAMESPACE([] {
    auto tun = Tun::open("tun0");
    ASSERT_TRUE(tun) << tun.error().message;
    EXPECT_EQ(tun->name(), "tun0");
    EXPECT_EQ(tun->mtu().value(), 1500u);
    EXPECT_TRUE(tun->receive()->empty());  // and does not wait
    const auto configuration = TunConfiguration::apply("tun0", settings());
    ASSERT_TRUE(configuration) << configuration.error().message;
    kernel_sends(kernel_socket(), "hello");
    EXPECT_EQ(receive(*tun, 1), std::vector<std::string>{"hello"});
  });
}

TEST(Tun, gives_the_kernel_what_it_sends) {
  IN_NEW_NAMESPACE([] {
    auto tun = Tun::open("tun0");
    ASSERT_TRUE(tun) << tun.error().message;
    const std::string text = "good morning";
    const auto packet = datagram(text);
    tun->send(packet);
    tun->send(packet);
    EXPECT_EQ(tun->flush().failed, 2u) << "the device is not up yet";
    EXPECT_EQ(tun->flush().failed, 0u) << "each is counted once";
    const auto configuration = TunConfiguration::apply("tun0", settings());
    ASSERT_TRUE(configuration) << configuration.error().message;
    const Descriptor socket = kernel_socket();
    tun->send(packet);
    EXPECT_EQ(tun->flush().failed, 0u);
    ASSERT_TRUE(is_readable(socket.get()));
    std::array<char, 100> received;
    const ssize_t size = ::recv(socket.get(), received.data(), received.size(), 0);
    EXPECT_EQ(std::string(received.data(), static_cast<std::size_t>(size)), text);
  });
}

TEST(Tun, says_that_too_many_files_are_open) {
  IN_NEW_NAMESPACE([] {
    const auto tun = Tun::open("tun0");
    ASSERT_TRUE(tun) << tun.error().message;
    const Descriptor next(::dup(tun->fd()));
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit none_left = before;
    none_left.rlim_cur = static_cast<rlim_t>(next.get()) + 1;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none_left), 0);
    const auto mtu = tun->mtu();
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    ASSERT_FALSE(mtu);
    EXPECT_EQ(mtu.error().message, "the device tun0 does not show its MTU: Too many open files");
  });
}

TEST(Tun, gathers_at_most_where_there_is_io_uring) {
  IN_NEW_NAMESPACE([] {
    const Configured device;
    const BatchIo other(kernel_socket().get(), BatchIo::Way::gathered);
    EXPECT_TRUE(other.gathers() || !device.tun.gathers());
  });
}

// tun0 as a bare descriptor that is read and written through a ring, also on a machine where Tun would not take one.
struct Ringed {
  Descriptor descriptor{::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC)};
  BatchIo io{descriptor.get(), BatchIo::Way::gathered};

  // False: there is no io_uring here.
  [[nodiscard]] bool attach() const {
    ifreq request{};
    std::strcpy(request.ifr_name, "tun0");
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    EXPECT_EQ(::ioctl(descriptor.get(), TUNSETIFF, &request), 0);
    return io.gathers();
  }
};

TEST(Tun, is_read_by_io_uring) {
  IN_NEW_NAMESPACE([] {
    Ringed device;
    if (!device.attach()) return;
    const auto configuration = TunConfiguration::apply("tun0", settings()).value();
    const Descriptor socket = kernel_socket();
    for (const char* const text : {"one", "two", "three"}) kernel_sends(socket, text);
    std::array<std::array<std::uint8_t, 2000>, 8> slots;
    std::array<iovec, 8> vectors;
    std::ranges::transform(slots, vectors.begin(),
                           [](auto& slot) { return iovec{slot.data(), slot.size()}; });
    std::vector<RxPacket> packets;
    for (const ssize_t size : device.io.read(vectors)) {
      if (size < 0) continue;
      packets.push_back(
          {.bytes = Bytes(slots[packets.size()]).first(static_cast<std::size_t>(size)),
           .offload = {}});
    }
    EXPECT_EQ(texts(packets), (std::vector<std::string>{"one", "two", "three"}));
  });
}

TEST(Tun, is_written_by_io_uring) {
  IN_NEW_NAMESPACE([] {
    Ringed device;
    if (!device.attach()) return;
    const auto configuration = TunConfiguration::apply("tun0", settings()).value();
    const Descriptor socket = kernel_socket();
    std::vector<std::vector<std::uint8_t>> bytes;
    std::vector<iovec> parts;
    for (const char* const text : {"one", "two", "three"})
      bytes.push_back(test::flat(datagram(text)));
    for (auto& each : bytes) parts.push_back({each.data(), each.size()});
    const std::array<BatchIo::Vectors, 3> packets{std::span(&parts[0], 1), std::span(&parts[1], 1),
                                                  std::span(&parts[2], 1)};
    for (const ssize_t written : device.io.write(packets)) EXPECT_GT(written, 0);
    for (const std::string text : {"one", "two", "three"}) {
      ASSERT_TRUE(is_readable(socket.get()));
      std::array<char, 100> received;
      const ssize_t size = ::recv(socket.get(), received.data(), received.size(), 0);
      EXPECT_EQ(std::string(received.data(), static_cast<std::size_t>(size)), text);
    }
  });
}

// Short text is copied behind the headers; longer text is sent from its own place.
TEST(Tun, sends_text_of_every_size_whole) {
  IN_NEW_NAMESPACE([] {
    Configured device;
    const Descriptor socket = kernel_socket();
    for (const std::size_t size : {1u, 2u, 255u, 256u, 257u, 258u, 1472u}) {
      std::string text(size, '.');
      for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i % 26);
      device.tun.send(datagram(text));
      EXPECT_EQ(device.tun.flush().failed, 0u);
      ASSERT_TRUE(is_readable(socket.get()));
      std::array<char, 1500> received;
      const ssize_t got = ::recv(socket.get(), received.data(), received.size(), 0);
      EXPECT_EQ(std::string(received.data(), static_cast<std::size_t>(got)), text) << size;
    }
  });
}

TEST(Tun, sends_in_batches_in_order_and_loses_nothing) {
  IN_NEW_NAMESPACE([] {
    Configured device;
    Tun& tun = device.tun;
    const Descriptor socket = kernel_socket();
    std::vector<std::string> sent;
    for (int i = 0; i < 150; ++i) sent.push_back("datagram " + std::to_string(i));
    for (const std::string& text : sent) {
      tun.send(datagram(text));
    }
    EXPECT_EQ(tun.flush().failed, 0u);
    std::vector<std::string> received;
    while (received.size() < sent.size() && is_readable(socket.get())) {
      std::array<char, 100> text;
      const ssize_t size = ::recv(socket.get(), text.data(), text.size(), 0);
      received.emplace_back(text.data(), static_cast<std::size_t>(size));
    }
    EXPECT_EQ(received, sent);
  });
}

TEST(Tun, reads_in_batches_and_loses_nothing) {
  IN_NEW_NAMESPACE([] {
    Configured device;
    Tun& tun = device.tun;
    const Descriptor socket = kernel_socket();
    std::vector<std::string> sent;
    for (int i = 0; i < 150; ++i) {
      sent.push_back("datagram " + std::to_string(i));
      kernel_sends(socket, sent.back());
    }
    const auto first = tun.receive();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->size(), Tun::kMaxBatch);
    EXPECT_TRUE(tun.has_more());
    auto received = texts(*first);
    std::ranges::move(receive(tun, sent.size() - received.size()), std::back_inserter(received));
    EXPECT_EQ(received, sent);
    EXPECT_FALSE(tun.has_more());
  });
}

TEST(Tun, gives_few_large_packets_at_a_time) {
  IN_NEW_NAMESPACE([] {
    auto tun = Tun::open("tun0");
    ASSERT_TRUE(tun) << tun.error().message;
    const auto configuration = TunConfiguration::apply("tun0", settings(kMaxMtu));
    ASSERT_TRUE(configuration) << configuration.error().message;
    const Descriptor socket = kernel_socket();
    const std::string text(60'000, 'x');
    kernel_sends(socket, text);
    ASSERT_EQ(receive(*tun, 1).size(), 1u);
    for (int i = 0; i < 10; ++i) kernel_sends(socket, text);
    const auto first = tun->receive();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->size(), Tun::kMaxBatchBytes / text.size());
    EXPECT_TRUE(tun->has_more());
    EXPECT_EQ(receive(*tun, 10 - first->size()).size(), 10 - first->size());
  });
}

TEST(Tun, finds_several_packets_after_many_that_came_one_by_one) {
  IN_NEW_NAMESPACE([] {
    Configured device;
    Tun& tun = device.tun;
    const Descriptor socket = kernel_socket();
    for (int i = 0; i < 20; ++i) {
      kernel_sends(socket, "alone");
      ASSERT_EQ(receive(tun, 1), std::vector<std::string>{"alone"}) << i;
    }
    std::vector<std::string> sent;
    for (int i = 0; i < 20; ++i) {
      sent.push_back("together " + std::to_string(i));
      kernel_sends(socket, sent.back());
    }
    std::size_t largest = 0;
    std::vector<std::string> received;
    while (received.size() < sent.size() && is_readable(tun.fd())) {
      const auto packets = tun.receive();
      ASSERT_TRUE(packets);
      largest = std::max(largest, packets->size());
      for (std::string& text : texts(*packets)) received.push_back(std::move(text));
    }
    EXPECT_EQ(received, sent);
    EXPECT_GT(largest, 10u) << "they were taken one by one to the end";
  });
}

TEST(Tun, takes_packets_of_the_largest_mtu) {
  IN_NEW_NAMESPACE([] {
    auto tun = Tun::open("tun0");
    ASSERT_TRUE(tun) << tun.error().message;
    const auto configuration = TunConfiguration::apply("tun0", settings(kMaxMtu));
    ASSERT_TRUE(configuration) << configuration.error().message;
    EXPECT_EQ(tun->mtu(), kMaxMtu);
    const std::string text(65507, 'x');  // 65,535 with the headers
    kernel_sends(kernel_socket(), text);
    EXPECT_EQ(receive(*tun, 1), std::vector<std::string>{text});
  });
}

TEST(Tun, survives_a_move) {
  IN_NEW_NAMESPACE([] {
    auto opened = Tun::open("tun0");
    ASSERT_TRUE(opened) << opened.error().message;
    Tun tun = *std::move(opened);
    EXPECT_EQ(tun.name(), "tun0");
    EXPECT_TRUE(tun.receive()->empty());
  });
}

TEST(Tun, says_that_the_device_is_gone) {
  IN_NEW_NAMESPACE([] {
    auto tun = Tun::open("tun0");
    ASSERT_TRUE(tun) << tun.error().message;
    if (std::system("ip link delete tun0") != 0) return;
    const auto packets = tun->receive();
    ASSERT_FALSE(packets);
    EXPECT_EQ(packets.error().kind, Kind::gone);
    EXPECT_NE(packets.error().message.find("tun0"), std::string::npos) << packets.error().message;
    EXPECT_FALSE(tun->mtu());
    tun->send(datagram(""));
    EXPECT_EQ(tun->flush().failed, 1u);
  });
}

}  // namespace
}  // namespace tcpstack::device
