// No packet is larger than the MTU, whatever its options (RFC 9293 MUST-16, RFC 6691), and all text arrives: a grid of links
// from the smallest on, options, and losses, so that there is something to SACK.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "stack/base/random.h"
#include "stack/stack.h"
#include "tests/support/packets.h"

namespace tcpstack::test {
namespace {

using namespace std::chrono_literals;

constexpr Endpoint kServer{kHere, 7};
constexpr std::size_t kText = 3000;  // in each direction

class TwoEnds {
 public:
  // The path swallows packets that are larger than `path_mtu`, and says nothing.
  explicit TwoEnds(const Config& config, std::size_t path_mtu = 65535)
      : TwoEnds(config, config, path_mtu) {}

  // Both ends send kText bytes, and some packets are lost on the way. Returns what went wrong.
  std::string converse() {
    const ConnectionId client = client_.open(kServer, {}, now_).value();
    std::size_t to_server = client_.offer_text(client, counting(kText), now_).value();
    std::size_t to_client = 0;
    std::size_t server_got = 0;
    std::size_t client_got = 0;
    std::optional<ConnectionId> server;
    for (int step = 0; step < 60'000 && too_large_.empty(); ++step) {
      exchange();
      if (!server) {
        const auto accepted = server_.accept(listener_, now_);
        if (accepted) server = *accepted;
      }
      write(client_, client, to_server);
      client_got += read(client_, client);
      if (server) {
        write(server_, *server, to_client);
        server_got += read(server_, *server);
      }
      if (client_got >= kText && server_got >= kText) return too_large_;
      now_ += 5ms;
      client_.time_passes(now_);
      server_.time_passes(now_);
    }
    if (!too_large_.empty()) return too_large_;
    return "only " + std::to_string(client_got) + " and " + std::to_string(server_got) +
           " bytes came";
  }

 private:
  TwoEnds(Config client, const Config& server, std::size_t path_mtu)
      : mtu_(server.ip.mtu),
        path_mtu_(path_mtu),
        client_((client.ip.address = kThere, client), 1),
        server_(server, 2) {}

  void write(Stack& stack, ConnectionId id, std::size_t& written) {
    const Packet text = counting(kText - written);
    if (text.empty()) return;
    const auto taken = stack.send(id, text, now_);
    if (taken) written += *taken;
  }
  std::size_t read(Stack& stack, ConnectionId id) {
    std::array<std::uint8_t, 4096> text{};
    const auto got = stack.receive(id, text, now_);
    return got ? *got : 0;
  }
  // Every seventh packet or so is lost, so that there are holes.
  bool carry(Stack& from, Stack& to) {
    const auto packet = from.poll_transmit(now_);
    if (!packet) return false;
    const Packet bytes = flat(*packet);
    if (bytes.size() > mtu_) {
      too_large_ = std::to_string(bytes.size()) + " bytes";
      return false;
    }
    if (bytes.size() <= path_mtu_ && dice_.below(7) != 0)
      to.packet_arrives({.bytes = bytes, .offload = {}}, now_);
    return true;
  }
  void exchange() {
    bool any = true;
    while (any) {
      any = carry(client_, server_);
      any |= carry(server_, client_);
    }
    while (client_.poll_event()) {
    }
    while (server_.poll_event()) {
    }
  }

  std::size_t mtu_;
  std::size_t path_mtu_;
  base::Random dice_{1};
  std::string too_large_;
  Time now_{1s};
  Stack client_;
  Stack server_;
  ListenerId listener_ = server_.listen(kServer).value();
};

class SmallMtu : public testing::TestWithParam<std::uint16_t> {};

TEST_P(SmallMtu, NoPacketIsLarger) {
  for (unsigned bits = 0; bits < 16; ++bits) {
    Config config;
    config.ip.mtu = GetParam();
    config.tcp.timestamps = (bits & 1) != 0;
    config.tcp.sack = (bits & 2) != 0;
    config.tcp.fast_open = (bits & 4) != 0;
    config.tcp.window_scaling = (bits & 8) != 0;
    TwoEnds ends(config);
    EXPECT_EQ(ends.converse(), "") << "options " << bits;
    EXPECT_EQ(ends.converse(), "") << "again, by then with a Fast Open cookie, options " << bits;
  }
}

INSTANTIATE_TEST_SUITE_P(Mtus, SmallMtu, testing::Values(68, 69, 76, 80, 81, 92, 128, 296),
                         [](const auto& row) { return std::to_string(row.param); });

// RFC 4821 section 7.7, RFC 2923 section 2.1: a box drops the ICMP errors that path MTU discovery needs.
TEST(BlackHole, IsHealedByOption) {
  for (const std::size_t path_mtu : {1499U, 1100U, 1000U, 576U, 552U}) {
    Config config;
    config.tcp.black_hole_detection = true;
    EXPECT_EQ(TwoEnds(config, path_mtu).converse(), "") << path_mtu;
  }
  EXPECT_EQ(TwoEnds({}, 1000).converse(), "only 0 and 0 bytes came") << "not by default";
}

}  // namespace
}  // namespace tcpstack::test
