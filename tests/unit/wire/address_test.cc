// Addresses and endpoints as text, and their classes.
#include "stack/wire/address.h"

#include <gtest/gtest.h>

namespace tcpstack {
namespace {

TEST(Address, is_held_in_host_order_and_in_mapped_form) {
  const Address address(0x0a000002);
  EXPECT_EQ(address.v4(), 0x0a000002u);
  const std::array<std::uint8_t, 16> mapped = {0, 0, 0,    0,    0,  0, 0, 0,
                                               0, 0, 0xff, 0xff, 10, 0, 0, 2};
  EXPECT_EQ(address.bytes(), mapped);
}

TEST(Address, goes_to_text_and_back) {
  for (const char* text :
       {"0.0.0.0", "10.0.0.2", "127.0.0.1", "192.168.100.200", "255.255.255.255"}) {
    const auto address = Address::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->to_string(), text);
  }
  EXPECT_EQ(Address::parse("10.0.0.2"), Address(0x0a000002));
}

TEST(Address, refuses_what_is_no_dotted_quad) {
  for (const char* text :
       {"", ".", "10", "10.0.0", "10.0.0.", "10.0.0.2.", "10.0.0.2.3", "10..0.2", "10.0.0.256",
        "10.0.0.-1", "10.0.0.+1", "10.0.0.01", "10.0.0.2 ", " 10.0.0.2", "10.0.0.a", "10.0.0.0x2",
        "::1", "localhost", "99999999999.0.0.1"}) {
    EXPECT_FALSE(Address::parse(text)) << text;
  }
}

TEST(Address, knows_its_class) {
  EXPECT_TRUE(Address().is_unspecified());
  EXPECT_TRUE(Address::parse("127.0.0.3")->is_loopback());
  EXPECT_TRUE(Address::parse("224.0.0.1")->is_multicast());
  EXPECT_TRUE(Address::parse("239.255.255.255")->is_multicast());
  EXPECT_TRUE(Address::parse("255.255.255.255")->is_broadcast());
  const Address ordinary = *Address::parse("240.0.0.1");
  EXPECT_FALSE(ordinary.is_unspecified() || ordinary.is_loopback() || ordinary.is_multicast() ||
               ordinary.is_broadcast());
}

TEST(Endpoint, is_written_with_its_port) {
  EXPECT_EQ((Endpoint{Address(0x0a000002), 7}.to_string()), "10.0.0.2:7");
}

}  // namespace
}  // namespace tcpstack
