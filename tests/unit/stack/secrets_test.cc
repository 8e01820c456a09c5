// MUST-9: what strangers see of a stack's random numbers tells them none of its secrets.
//
// An attack on numbers that come from one generator (base::Random, xoshiro256**): it wants half of each of sixteen. It
// finds the seed of the stack as it once was, and so every key; it must not find one of the stack of today.
#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "stack/base/random.h"
#include "stack/stack.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"
#include "tests/support/packets.h"
#include "tests/support/stack_host.h"

namespace tcpstack::test {
namespace {

using namespace std::chrono_literals;

// --- the attack

using State = std::array<std::uint64_t, 4>;  // of xoshiro256**
using Sum = std::bitset<256>;  // the bits of an unknown State that a bit is the exclusive or of
using SymbolicWord = std::array<Sum, 64>;

SymbolicWord operator^(const SymbolicWord& a, const SymbolicWord& b) {
  SymbolicWord result;
  for (std::size_t i = 0; i < 64; ++i) result[i] = a[i] ^ b[i];
  return result;
}

SymbolicWord shifted(const SymbolicWord& word, std::size_t by) {
  SymbolicWord result;
  for (std::size_t i = by; i < 64; ++i) result[i] = word[i - by];
  return result;
}

SymbolicWord rotated(const SymbolicWord& word, std::size_t by) {
  SymbolicWord result;
  for (std::size_t i = 0; i < 64; ++i) result[(i + by) % 64] = word[i];
  return result;
}

// xoshiro256**'s step, for numbers and for symbols.
void step(std::array<SymbolicWord, 4>& s) {
  const SymbolicWord t = shifted(s[1], 17);
  s[2] = s[2] ^ s[0];
  s[3] = s[3] ^ s[1];
  s[1] = s[1] ^ s[2];
  s[0] = s[0] ^ s[3];
  s[2] = s[2] ^ t;
  s[3] = rotated(s[3], 45);
}

State step_back(const State& s) {
  const std::uint64_t third = std::rotr(s[3], 45);
  State before;
  before[0] = s[0] ^ third;
  const std::uint64_t sum = s[1] ^ s[2];  // s1 ^ (s1 << 17)
  before[1] = sum ^ (sum << 17) ^ (sum << 34) ^ (sum << 51);
  before[2] = s[1] ^ before[1] ^ before[0];
  before[3] = third ^ before[1];
  return before;
}

// The inverse of an odd number modulo 2^64, by Newton's method.
std::uint64_t inverse(std::uint64_t odd) {
  std::uint64_t x = odd;
  for (int i = 0; i < 6; ++i) x *= 2 - odd * x;
  return x;
}

// A result is rotl(s1 * 5, 7) * 9. Its low 32 bits give the low 25 of s1.
std::uint32_t low_bits_of_s1(std::uint32_t half) {
  const std::uint64_t rotation = half * inverse(9) & 0xffffffff;
  return static_cast<std::uint32_t>((rotation >> 7) * inverse(5) & 0x1ffffff);
}

struct Equation {
  Sum sum;
  bool value = false;
};

// Gauss's algorithm. Nothing: the equations contradict each other, or do not determine the state.
std::optional<State> solve(std::vector<Equation> equations) {
  std::size_t row = 0;
  for (std::size_t column = 0; column < 256; ++column) {
    const auto from = equations.begin() + static_cast<std::ptrdiff_t>(row);
    const auto pivot = std::find_if(from, equations.end(),
                                    [&](const Equation& equation) { return equation.sum[column]; });
    if (pivot == equations.end()) return std::nullopt;
    std::swap(*from, *pivot);
    for (std::size_t i = 0; i < equations.size(); ++i) {
      if (i == row || !equations[i].sum[column]) continue;
      equations[i].sum ^= equations[row].sum;
      equations[i].value ^= equations[row].value;
    }
    ++row;
  }
  State state{};
  for (std::size_t i = 0; i < equations.size(); ++i) {
    if (i >= 256) {
      if (equations[i].value) return std::nullopt;
      continue;
    }
    if (equations[i].value) state[i / 64] |= std::uint64_t{1} << (i % 64);
  }
  return state;
}

// The state before the first of the numbers whose low halves are given.
std::optional<State> state_of(const std::vector<std::uint32_t>& halves) {
  std::array<SymbolicWord, 4> symbols;
  for (std::size_t i = 0; i < 256; ++i) symbols[i / 64][i % 64].set(i);
  std::vector<Equation> equations;
  for (const std::uint32_t half : halves) {
    const std::uint32_t known = low_bits_of_s1(half);
    for (std::size_t bit = 0; bit < 25; ++bit) {
      equations.push_back({.sum = symbols[1][bit], .value = (known >> bit & 1) != 0});
    }
    step(symbols);
  }
  return solve(std::move(equations));
}

// The inverse of splitmix64's mixing, less its first increment.
std::uint64_t seed_of_first_word(std::uint64_t z) {
  z ^= z >> 31 ^ z >> 62;
  z *= inverse(0x94d049bb133111eb);
  z ^= z >> 27 ^ z >> 54;
  z *= inverse(0xbf58476d1ce4e5b9);
  z ^= z >> 30 ^ z >> 60;
  return z - 0x9e3779b97f4a7c15;
}

std::uint64_t first_result(const State& state) { return std::rotl(state[1] * 5, 7) * 9; }

// The seed of the generator that gave the halves, after at most 10,000 other numbers.
std::optional<std::uint64_t> seed_of(const std::vector<std::uint32_t>& halves) {
  const auto found = state_of(halves);
  if (!found) return std::nullopt;
  State state = *found;
  for (int numbers_before = 0; numbers_before <= 10'000; ++numbers_before) {
    const std::uint64_t seed = seed_of_first_word(state[0]);
    base::Random candidate(seed);
    if (candidate.next() == first_result(state)) return seed;
    state = step_back(state);
  }
  return std::nullopt;
}

TEST(Attack, FindsTheSeedBehindNumbersOfOneGenerator) {
  constexpr std::uint64_t kSecret = 0x0123456789abcdef;
  base::Random random(kSecret);
  for (int keys_and_identifications = 0; keys_and_identifications < 268; ++keys_and_identifications)
    random.next();
  std::vector<std::uint32_t> halves;
  for (int i = 0; i < 16; ++i) halves.push_back(static_cast<std::uint32_t>(random.next()));
  EXPECT_EQ(seed_of(halves), kSecret);
}

// --- what a stack shows

wire::TcpPacket tcp_of(const Packet& packet) {
  const auto ip = wire::parse_ipv4(packet).value();
  return wire::parse_tcp(ip.payload, ip.header.source, ip.header.destination, true).value();
}

std::uint32_t milliseconds(Time now) {
  return static_cast<std::uint32_t>(now.time_since_epoch() / 1ms);
}

class Secrets : public testing::Test {
 protected:
  wire::TcpPacket answer_to_syn(std::uint16_t port) {
    wire::TcpHeader syn{.sequence = 1000, .window = 65535};
    syn.control.syn = true;
    syn.options.timestamps = {1, 0};
    host.take_sent();
    host.arrives(tcp_packet(syn, port, 80, {}));
    return tcp_of(host.sent.at(0));
  }
  // What the TSval of a SYN, ACK shows of our clock's start.
  std::uint32_t offset(const wire::TcpPacket& answer) const {
    return answer.header.options.timestamps.value().value - milliseconds(host.now);
  }
  // What an ISN shows of F (RFC 6528).
  std::uint32_t isn(const wire::TcpPacket& answer) const {
    return answer.header.sequence -
           static_cast<std::uint32_t>(host.now.time_since_epoch().count() / 4);
  }
  // The port of an active OPEN.
  std::uint16_t port_to(std::uint16_t remote_port) {
    host.take_sent();
    EXPECT_TRUE(host.stack.open({kThere, remote_port}, {}, host.now));
    host.drain();
    return tcp_of(host.sent.at(0)).header.source_port;
  }

  StackHost host{{}, 0x0123456789abcdef};
};

TEST_F(Secrets, TimestampsAndIsnsAreNotOfOneGenerator) {
  ASSERT_TRUE(host.stack.listen({{}, 80}));
  std::vector<std::uint32_t> offsets;
  std::vector<std::uint32_t> isns;
  for (std::uint16_t port = 40000; port < 40016; ++port) {
    const wire::TcpPacket answer = answer_to_syn(port);
    offsets.push_back(offset(answer));
    isns.push_back(isn(answer));
  }
  EXPECT_EQ(state_of(offsets), std::nullopt);
  EXPECT_EQ(state_of(isns), std::nullopt);
  EXPECT_EQ(std::set(offsets.begin(), offsets.end()).size(), 16U);
  for (std::size_t i = 0; i < offsets.size(); ++i) EXPECT_NE(offsets[i], isns[i]);
}

// RFC 7323 section 5.4, RFC 6191 section 2: a function of the four-tuple, whoever asks and how often.
TEST_F(Secrets, TheTimestampClockGoesOnFromConnectionToConnection) {
  ASSERT_TRUE(host.stack.listen({{}, 80}));
  const std::uint32_t first = offset(answer_to_syn(40000));
  const std::uint32_t other = offset(answer_to_syn(40001));
  wire::TcpHeader rst{.sequence = 1001};
  rst.control.rst = true;
  host.arrives(tcp_packet(rst, 40000, 80, {}));
  ASSERT_EQ(host.stack.active_connection_count(), 1U);
  host.passes(1234ms);
  EXPECT_EQ(offset(answer_to_syn(40000)), first);
  EXPECT_NE(other, first);
}

// The low six bits carry options (syn_cookie.h).
TEST_F(Secrets, ACookieHasTheSameTimestampClock) {
  ASSERT_TRUE(host.stack.listen({{}, 80}, 1));
  const std::uint32_t expected = offset(answer_to_syn(40000));
  wire::TcpHeader rst{.sequence = 1001};
  rst.control.rst = true;
  host.arrives(tcp_packet(rst, 40000, 80, {}));
  answer_to_syn(50000);  // fills the queue
  const std::uint32_t of_cookie = offset(answer_to_syn(40000));
  ASSERT_EQ(host.stack.counters().cookies_sent, 1U);
  EXPECT_LT(expected - of_cookie, 64U);
}

// RFC 6056 section 3.3.4
TEST_F(Secrets, PortsToOneRemoteSocketFollowEachOtherAndTellNothingOfOthers) {
  std::map<std::uint16_t, std::uint16_t> first;
  for (std::uint16_t remote = 1; remote <= 32; ++remote) first[remote] = port_to(remote);
  for (const auto& [remote, port] : first) {
    EXPECT_GE(port, 32768);
    const int ahead = (port_to(remote) - port) & 0x7fff;
    EXPECT_GE(ahead, 1);
    EXPECT_LE(ahead, 32) << "other remote sockets may share the group's counter";
  }
  std::set<int> distances;
  for (std::uint16_t remote = 2; remote <= 32; ++remote)
    distances.insert(first[remote] - first[static_cast<std::uint16_t>(remote - 1)]);
  EXPECT_GE(distances.size(), 30U);
}

// RFC 6056 section 3.3.1
TEST_F(Secrets, PortsOfDatagramSocketsHaveNoOrder) {
  std::set<int> distances;
  int last = 0;
  for (int i = 0; i < 32; ++i) {
    const DatagramSocketId socket = host.stack.open_udp({}, host.now).value();
    const int port = host.stack.local_endpoint(socket)->port;
    distances.insert(port - std::exchange(last, port));
  }
  EXPECT_GE(distances.size(), 31U);
}

TEST_F(Secrets, TheSameSeedMakesTheSameNumbers) {
  StackHost same({}, 0x0123456789abcdef);
  StackHost another({}, 0x0123456789abcdee);
  for (StackHost* each : {&host, &same, &another}) {
    ASSERT_TRUE(each->stack.open({kThere, 80}, {}, each->now));
    each->drain();
  }
  EXPECT_EQ(host.sent, same.sent);
  const wire::TcpPacket one = tcp_of(host.sent.at(0));
  const wire::TcpPacket other = tcp_of(another.sent.at(0));
  EXPECT_NE(one.header.sequence, other.header.sequence);
  EXPECT_NE(one.header.source_port, other.header.source_port);
  EXPECT_NE(one.header.options.timestamps->value, other.header.options.timestamps->value);
}

}  // namespace
}  // namespace tcpstack::test
