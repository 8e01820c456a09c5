// The file of Fast Open cookies: what one run keeps, the next one finds.
#include "apps/tcpcat/cookie_file.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include "tests/support/temp_folder.h"

namespace tcpstack::cat {
namespace {

constexpr Address kClient{0x0a000002};
constexpr Address kOther{0x0a000003};
constexpr Address kServer{0x0a000001};
const tcp::KnownCookie kKnown{kServer, {0x00, 0x1f, 0xab, 0xff}, 1400, false};

class CookieFileTest : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path path() const { return folder_.path("new/folder/cookies"); }
  [[nodiscard]] std::string content() const {
    std::ifstream in(path());
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  test::TempFolder folder_;
};

TEST_F(CookieFileTest, is_empty_at_first_and_made_with_its_folder) {
  CookieFile file(path());
  EXPECT_FALSE(file.find(kClient, kServer));
  file.keep(kClient, kServer, std::nullopt);
  EXPECT_FALSE(std::filesystem::exists(path())) << "there is nothing to keep";
  file.keep(kClient, kServer, kKnown);
  EXPECT_EQ(CookieFile(path()).find(kClient, kServer), kKnown);
}

TEST_F(CookieFileTest, is_for_its_owner_only) {
  CookieFile(path()).keep(kClient, kServer, kKnown);
  EXPECT_EQ(std::filesystem::status(path()).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

// RFC 7413 section 4.1.3: "the cookies are dependent on the client and server IP addresses".
TEST_F(CookieFileTest, keeps_a_cookie_for_each_pair_of_addresses) {
  tcp::KnownCookie second = kKnown;
  second.cookie = {1, 2, 3, 4, 5, 6, 7, 8};
  second.experimental = true;
  CookieFile file(path());
  file.keep(kClient, kServer, kKnown);
  file.keep(kOther, kServer, second);
  const CookieFile again(path());
  EXPECT_EQ(again.find(kClient, kServer), kKnown);
  EXPECT_EQ(again.find(kOther, kServer), second);
  EXPECT_FALSE(again.find(kClient, kOther));
}

TEST_F(CookieFileTest, replaces_and_forgets) {
  CookieFile file(path());
  file.keep(kClient, kServer, kKnown);
  tcp::KnownCookie newer = kKnown;
  newer.mss = 1460;
  file.keep(kClient, kServer, newer);
  EXPECT_EQ(CookieFile(path()).find(kClient, kServer), newer);
  file.keep(kClient, kServer, std::nullopt);
  EXPECT_FALSE(CookieFile(path()).find(kClient, kServer));
}

TEST_F(CookieFileTest, leaves_out_what_it_does_not_understand) {
  std::filesystem::create_directories(path().parent_path());
  std::ofstream(path()) << "10.0.0.2 10.0.0.1 1400 001fab standard\n"      // an odd length
                           "10.0.0.2 10.0.0.1 1400 001fabfg standard\n"    // no number
                           "10.0.0.2 10.0.0.1 70000 001fabff standard\n"   // no MSS
                           "10.0.0.2 10.0.0.300 1400 001fabff standard\n"  // no address
                           "10.0.0.2 10.0.0.1 1400 001fabff new\n"         // no form
                           "10.0.0.2 10.0.0.1\n"
                           "10.0.0.3 10.0.0.1 1400 001fabff standard\n";
  EXPECT_FALSE(CookieFile(path()).find(kClient, kServer));
  EXPECT_EQ(CookieFile(path()).find(kOther, kServer), kKnown);
}

TEST_F(CookieFileTest, says_why_it_cannot_be_written) {
  CookieFile file("/proc/cookies");
  EXPECT_THROW(file.keep(kClient, kServer, kKnown), std::system_error);
}

TEST_F(CookieFileTest, the_oldest_makes_room) {
  CookieFile file(path());
  for (std::uint32_t i = 0; i <= CookieFile::kMost; ++i) {
    tcp::KnownCookie known = kKnown;
    known.server = Address(0x0b000000 + i);
    file.keep(kClient, known.server, known);
  }
  EXPECT_FALSE(file.find(kClient, Address(0x0b000000)));
  EXPECT_TRUE(file.find(kClient, Address(0x0b000001)));
}

}  // namespace
}  // namespace tcpstack::cat
