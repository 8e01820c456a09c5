// IP options: source routes that have ended and that go on, malformed ones, unknown ones.
#include "stack/wire/ipv4_options.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/hex.h"

namespace tcpstack::wire {
namespace {

using test::from_hex;

TEST(Ipv4Options, WithoutASourceRoute) {  // MUST-50: what we do not know is skipped
  for (const char* bytes :
       {"", "00", "01 01 01 01", "00 89 03 04",  // nothing counts behind the end
        "07 07 04 00 00 00 00 00", "07 07 08 00 00 00 00 00", "44 08 05 00 00 00 00 00",
        "94 04 00 00", "82 02 01 01"}) {
    EXPECT_EQ(source_route_of(from_hex(bytes)), SourceRoute::none) << bytes;
  }
}

// RFC 791: "If the pointer is greater than the length, the source route is empty".
TEST(Ipv4Options, SourceRoutesEndOrContinue) {
  for (const char* kind : {"83", "89"}) {
    const auto route = [&](const char* rest) {
      return source_route_of(from_hex(std::string(kind) + rest));
    };
    EXPECT_EQ(route("07 08 0a 00 00 01 00"), SourceRoute::ended);
    EXPECT_EQ(route("07 ff 0a 00 00 01 00"), SourceRoute::ended);
    EXPECT_EQ(route("07 04 0a 00 00 01 00"), SourceRoute::continues);
    EXPECT_EQ(route("07 07 0a 00 00 01 00"), SourceRoute::continues);
    EXPECT_EQ(route("03 04 00"), SourceRoute::ended) << "no hop at all";
  }
  EXPECT_EQ(source_route_of(from_hex("01 83 07 04 0a 00 00 01")), SourceRoute::continues);
}

TEST(Ipv4Options, AreMalformed) {
  for (const char* bytes : {
           "07", "94 01 00 00", "94 00", "94 05 00 00",  // length
           "83 02 00 00", "89 02 00 00", "07 02 00 00",  // no pointer
           "83 07 03 0a 00 00 01 00",
           "07 07 00 00 00 00 00 00",                 // a pointer into the option's head
           "44 03 05 00", "44 08 04 00 00 00 00 00",  // timestamp
           "83 03 04 89 03 04 00 00",                 // two source routes
       }) {
    const auto route = source_route_of(from_hex(bytes));
    ASSERT_FALSE(route) << bytes;
    EXPECT_EQ(route.error(), Drop::ip_options) << bytes;
  }
}

}  // namespace
}  // namespace tcpstack::wire
