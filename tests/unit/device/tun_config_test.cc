// The kernel's end of a TUN device: settings, things left alone, undoing, refusals.
#include "stack/device/tun_config.h"

#include <cstdlib>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string>
#include <sys/ioctl.h>

#include <gtest/gtest.h>

#include "stack/device/netlink.h"
#include "stack/device/tun.h"
#include "tests/unit/device/netns.h"

namespace tcpstack::device {
namespace {

using Kind = ConfigurationError::Kind;

const TunSettings kSettings{.host_address = Address(0x0a000001),
                            .prefix = 24,
                            .our_address = Address(0x0a000002),
                            .mtu = 1400};

// The addresses of an interface as text: "10.0.0.1/24 ".
std::string addresses_of(const std::string& name) {
  auto netlink = Netlink::open();
  EXPECT_TRUE(netlink);
  const auto addresses = netlink->addresses();
  EXPECT_TRUE(addresses);
  std::string text;
  for (const LinkAddress& address : *addresses) {
    if (address.link_name != name) continue;
    text += address.address.to_string() + '/' + std::to_string(address.prefix) + ' ';
  }
  return text;
}

// Makes another interface with an address. It is a TUN device too, since every kernel that runs these
// tests has those; it lives as long as the returned object.
Tun other_interface(const std::string& name, Address address, unsigned prefix) {
  auto tun = Tun::open(name);
  EXPECT_TRUE(tun) << tun.error().message;
  auto netlink = Netlink::open();
  const int index = netlink->find_link(name)->value().index;
  EXPECT_TRUE(netlink->add_address(index, address, prefix));
  return *std::move(tun);
}

void expect_error(const TunSettings& settings, Kind kind, const std::string& says) {
  const auto configuration = TunConfiguration::apply("tun0", settings);
  ASSERT_FALSE(configuration);
  EXPECT_EQ(configuration.error().kind, kind) << configuration.error().message;
  EXPECT_NE(configuration.error().message.find(says), std::string::npos)
      << configuration.error().message;
  EXPECT_EQ(configuration.error().message.find('\n'), std::string::npos);
}

unsigned flags_of(const std::string& name) {
  const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  EXPECT_EQ(::ioctl(socket.get(), SIOCGIFFLAGS, &request), 0);
  return static_cast<unsigned>(request.ifr_flags);
}

TEST(TunConfiguration, gives_a_new_device_all_it_needs) {
  IN_NEW_NAMESPACE([] {
    EXPECT_FALSE(link_state("tun0")->exists);
    const auto tun = Tun::open("tun0");
    ASSERT_TRUE(tun) << tun.error().message;
    const auto before = link_state("tun0");
    ASSERT_TRUE(before);
    EXPECT_TRUE(before->exists);
    EXPECT_FALSE(before->is_configured());
    const unsigned flags = flags_of("tun0");

    const auto configuration = TunConfiguration::apply("tun0", kSettings);
    ASSERT_TRUE(configuration) << configuration.error().message;
    EXPECT_TRUE(configuration->has_changed());
    EXPECT_EQ(addresses_of("tun0"), "10.0.0.1/24 ");
    const auto after = link_state("tun0");
    EXPECT_TRUE(after->up && after->has_address && after->is_configured());
    EXPECT_EQ(after->mtu, 1400u);
    EXPECT_EQ(tun->mtu(), 1400u);
    EXPECT_EQ(after->queue_length, kMinQueueLength);
    EXPECT_EQ(flags_of("tun0") & ~unsigned{IFF_RUNNING}, (flags | IFF_UP) & ~unsigned{IFF_RUNNING});
  });
}

TEST(TunConfiguration, undoes_in_the_end_what_it_did) {
  IN_NEW_NAMESPACE([] {
    const auto tun = Tun::open("tun0");
    ASSERT_TRUE(tun) << tun.error().message;
    const unsigned queue_length = link_state("tun0")->queue_length;
    EXPECT_LT(queue_length, kMinQueueLength);
    {
      auto configuration = TunConfiguration::apply("tun0", kSettings);
      ASSERT_TRUE(configuration) << configuration.error().message;
      const TunConfiguration moved = *std::move(configuration);
      EXPECT_TRUE(link_state("tun0")->up);
    }
    const auto after = link_state("tun0");
    EXPECT_TRUE(after->exists);
    EXPECT_FALSE(after->is_configured());
    EXPECT_EQ(after->mtu, 1500u);
    EXPECT_EQ(after->queue_length, queue_length);
    EXPECT_EQ(addresses_of("tun0"), "");
  });
}

TEST(TunConfiguration, does_not_mind_that_the_device_has_gone) {
  IN_NEW_NAMESPACE([] {
    auto tun = Tun::open("tun0");
    ASSERT_TRUE(tun) << tun.error().message;
    const auto configuration = TunConfiguration::apply("tun0", kSettings);
    ASSERT_TRUE(configuration) << configuration.error().message;
    {
      const Tun closed = *std::move(tun);
    }
    EXPECT_FALSE(link_state("tun0")->exists);
  });
}

TEST(TunConfiguration, leaves_alone_what_someone_else_has_configured) {
  IN_NEW_NAMESPACE([] {
    const Tun tun = other_interface("tun0", Address(0x0a000009), 16);
    {
      const auto configuration = TunConfiguration::apply("tun0", kSettings);
      ASSERT_TRUE(configuration) << configuration.error().message;
      EXPECT_FALSE(configuration->has_changed());
      EXPECT_EQ(addresses_of("tun0"), "10.0.0.9/16 ");
      EXPECT_FALSE(link_state("tun0")->up);
    }
    EXPECT_EQ(addresses_of("tun0"), "10.0.0.9/16 ");
    EXPECT_EQ(tun.mtu().value(), 1500u);
  });
}

TEST(TunConfiguration, leaves_alone_what_is_up) {
  IN_NEW_NAMESPACE([] {
    const auto tun = Tun::open("tun0");
    ASSERT_TRUE(tun) << tun.error().message;
    auto netlink = Netlink::open();
    EXPECT_TRUE(netlink->set_up(netlink->find_link("tun0")->value().index, true));
    EXPECT_FALSE(TunConfiguration::apply("tun0", kSettings)->has_changed());
    EXPECT_TRUE(link_state("tun0")->up);
    EXPECT_EQ(addresses_of("tun0"), "");
  });
}

// ---- refusals ----

TEST(TunConfiguration, refuses_an_mtu_out_of_range) {
  for (const unsigned mtu : {0u, 67u, 65536u, 4294967295u}) {
    TunSettings settings = kSettings;
    settings.mtu = mtu;
    expect_error(settings, Kind::mtu_out_of_range, "68 to 65535");
  }
}

TEST(TunConfiguration, takes_the_smallest_and_the_largest_mtu) {
  for (const unsigned mtu : {kMinMtu, kMaxMtu}) {
    IN_NEW_NAMESPACE([mtu] {
      const auto tun = Tun::open("tun0");
      ASSERT_TRUE(tun) << tun.error().message;
      TunSettings settings = kSettings;
      settings.mtu = mtu;
      const auto configuration = TunConfiguration::apply("tun0", settings);
      ASSERT_TRUE(configuration) << configuration.error().message;
      EXPECT_EQ(tun->mtu(), mtu);
    });
  }
}

TEST(TunConfiguration, refuses_a_device_that_is_not_there) {
  IN_NEW_NAMESPACE([] { expect_error(kSettings, Kind::no_such_device, "tun0"); });
}

TEST(TunConfiguration, refuses_addresses_of_another_interface) {
  for (const Address taken : {kSettings.host_address, kSettings.our_address}) {
    IN_NEW_NAMESPACE([taken] {
      const auto tun = Tun::open("tun0");
      ASSERT_TRUE(tun) << tun.error().message;
      const Tun other = other_interface("other", taken, 32);
      expect_error(kSettings, Kind::address_in_use,
                   taken.to_string() + " is already used on the interface other");
      EXPECT_FALSE(link_state("tun0")->is_configured());
    });
  }
}

TEST(TunConfiguration, refuses_our_address_as_the_kernels) {
  IN_NEW_NAMESPACE([] {
    const Tun tun = other_interface("tun0", kSettings.our_address, 24);
    expect_error(kSettings, Kind::address_in_use, "10.0.0.2 is already used on the interface tun0");
  });
}

TEST(TunConfiguration, refuses_a_network_to_which_another_interface_leads) {
  IN_NEW_NAMESPACE([] {
    const auto tun = Tun::open("tun0");
    ASSERT_TRUE(tun) << tun.error().message;
    const Tun other = other_interface("other", Address(0x0a000063), 24);
    expect_error(kSettings, Kind::network_in_use, "other with 10.0.0.99/24");
  });
}

TEST(TunConfiguration, lives_beside_a_wider_network) {
  IN_NEW_NAMESPACE([] {
    const auto tun = Tun::open("tun0");
    ASSERT_TRUE(tun) << tun.error().message;
    const Tun other = other_interface("other", Address(0x0a000063), 8);
    EXPECT_TRUE(TunConfiguration::apply("tun0", kSettings));
  });
}

TEST(TunConfiguration, undoes_what_it_did_before_it_failed) {
  IN_NEW_NAMESPACE([] {
    const auto tun = Tun::open("tun0");
    ASSERT_TRUE(tun) << tun.error().message;
    TunSettings settings = kSettings;
    settings.prefix = 33;  // the kernel refuses this after the MTU has been set
    EXPECT_FALSE(TunConfiguration::apply("tun0", settings));
    EXPECT_EQ(tun->mtu(), 1500u);
    EXPECT_FALSE(link_state("tun0")->is_configured());
  });
}

}  // namespace
}  // namespace tcpstack::device
