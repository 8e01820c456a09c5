// Commands in backquotes: the settings that they make.
#include "apps/tcpdrill/run/commands.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/tcpdrill/language/problem.h"
#include "apps/tcpdrill/run/setup.h"
#include "tests/apps/tcpdrill/scripts.h"

namespace tcpstack::drill {
namespace {

using testing::FieldsAre;
using testing::IsEmpty;

// A folder with a defaults.sh, as public scripts have it.
class FolderOfScripts : public testing::Test {
 protected:
  FolderOfScripts() : folder_(std::filesystem::path(testing::TempDir()) / "tcpdrill_commands") {
    std::filesystem::create_directories(folder_ / "common");
    std::filesystem::create_directories(folder_ / "tcp");
    std::ofstream(folder_ / "common" / "defaults.sh")
        << "#!/bin/bash\n"
           "# Prepares a machine.\n"
           "ip tcp_metrics flush all > /dev/null 2>&1\n"
           "sysctl -q net.ipv4.tcp_sack=0   # none\n"
           "sysctl -q net.ipv4.tcp_wmem=\"4096 $((256*1024)) 4194304\"\n"
           "sysctl -q net.mptcp.enabled=1\n"
           "tc qdisc add dev tun0 root pfifo\n";
  }
  ~FolderOfScripts() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string script() const { return (folder_ / "tcp" / "script.pkt").string(); }

 private:
  std::filesystem::path folder_;
};

TEST_F(FolderOfScripts, HasDefaultsOfItsOwn) {
  const std::string commands = "../common/defaults.sh\nsysctl -q net.ipv4.tcp_sack=1";
  std::string found;
  for (const auto& [name, value] : sysctls_of(commands, script()))
    found += name + '=' + value + '\n';
  EXPECT_EQ(found, "tcp_sack=0\ntcp_wmem=4096 $((256*1024)) 4194304\ntcp_sack=1\n");
  EXPECT_THAT(sysctls_of("./defaults.sh", script()), IsEmpty());
}

TEST_F(FolderOfScripts, HasItsDefaultsInARun) {
  const std::string script_text =
      "`../common/defaults.sh`\n"
      "    0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
      "   +0 bind(3, ..., ...) = 0\n"
      "   +0 listen(3, 1) = 0\n"
      "   +0 < S 0:0(0) win 32792 <mss 1000,sackOK>\n"
      "   +0 > S. 0:0(0) ack 1 <mss 1460>\n";
  EXPECT_EQ(run_script(script(), script_text, {}).kind, Verdict::Kind::passed);
  EXPECT_EQ(run_script("elsewhere.pkt", script_text, {}).kind, Verdict::Kind::failed);
}

TEST(Commands, ThatSetTheQueueSwitchPacing) {
  const auto queue = [](const char* command) { return sysctls_of(command, "").back().value; };
  EXPECT_EQ(queue("tc qdisc replace dev tun0 root fq"), "fq");
  EXPECT_EQ(queue("tc qdisc replace dev tun0 root pfifo"), "pfifo");
  EXPECT_EQ(queue("sysctl -q net.core.default_qdisc=fq"), "fq");
  EXPECT_THROW(sysctls_of("tc qdisc add dev tun0 root netem loss 1%", ""), Unsupported);
}

Config config_with(const char* command) {
  Setup setup;
  setup.sysctls = sysctls_of(command, "");
  return config_of(setup);
}

TEST(Commands, ForFreeBsdHaveNoEffectAtTheirDefaults) {
  const Config config = config_with("sysctl net.inet.tcp.sack.enable=1 net.inet.tcp.msl=30000");
  EXPECT_EQ(config.tcp.quick_acks, 0);
  EXPECT_EQ(config_with("sysctl net.ipv4.tcp_sack=1").tcp.quick_acks, 16);
  EXPECT_THROW(config_with("sysctl net.inet.tcp.sack.enable=0"), Unsupported);
  EXPECT_THROW(config_with("sysctl net.inet.tcp.of_another_time=1"), Unsupported);
  EXPECT_THROW(config_with("sysctl net.inet.udp.checksum=1"), Unsupported);
}

TEST(Commands, ChooseTheSidesOfFastOpen) {
  const auto sides = [](const char* value) {
    const auto tcp =
        config_with((std::string("sysctl net.ipv4.tcp_fastopen=") + value).c_str()).tcp;
    return std::tuple(tcp.fast_open, tcp.fast_open_client, tcp.fast_open_server,
                      tcp.fast_open_needs_cookie);
  };
  EXPECT_THAT(sides("0"), FieldsAre(false, false, false, true));
  EXPECT_THAT(sides("1"), FieldsAre(true, true, false, true));
  EXPECT_THAT(sides("2"), FieldsAre(true, false, true, true));
  EXPECT_THAT(sides("3"), FieldsAre(true, true, true, true));
  EXPECT_THAT(sides("0x203"), FieldsAre(true, true, true, false));
  EXPECT_THAT(sides("0x70403"), FieldsAre(true, true, true, true));
  EXPECT_THROW(sides("5"), Unsupported);
}

}  // namespace
}  // namespace tcpstack::drill
