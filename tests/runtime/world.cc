// The two hosts, the loop that makes time jump, and the story of a test that failed.
#include "tests/runtime/world.h"

#include <algorithm>
#include <cstdio>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "stack/wire/ipv4.h"
#include "stack/wire/notation.h"
#include "stack/wire/tcp.h"
#include "tests/support/run_until.h"

namespace tcpstack::runtime {
namespace {

// In the one notation, with absolute numbers.
std::string describe(Bytes packet) {
  const auto ip = wire::parse_ipv4(packet);
  if (!ip) return std::string("not IPv4: ") + name(ip.error());
  const auto tcp = wire::parse_tcp(ip->payload, ip->header.source, ip->header.destination);
  if (!tcp) return std::string("not TCP: ") + name(tcp.error());
  return std::to_string(tcp->header.source_port) + " > " +
         std::to_string(tcp->header.destination_port) + "  " +
         wire::to_notation(tcp->header, tcp->text.size());
}

}  // namespace

World::World(void (*change)(TcpConfig&)) { make_hosts(change); }
World::~World() = default;

void World::make_hosts(void (*change)(TcpConfig&)) {
  const auto config_of = [change](Address address) {
    Config config;
    config.ip.address = address;
    if (change != nullptr) change(config.tcp);
    return config;
  };
  auto link = make_memory_link(io_.get_executor(),
                               {.carries = [this](const passage& p) { return carry(p); }});
  client_ = std::make_unique<runtime>(io_.get_executor(), config_of(kClientAddress), 1,
                                      std::move(link.first), time_.make_timekeeper());
  server_ = std::make_unique<runtime>(io_.get_executor(), config_of(kServerAddress), 2,
                                      std::move(link.second), time_.make_timekeeper());
}

bool World::carry(const passage& passage) {
  ++packets_;
  const bool carried = !carries_ || carries_(passage);
  constexpr std::size_t kLongestStory = 2000;
  if (story_.size() < kLongestStory) {
    const auto now = static_cast<double>(time_.now().time_since_epoch().count()) / 1e6;
    story_.push_back(std::to_string(now) + (passage.from_first ? "  client " : "  server ") +
                     describe(passage.packet) + (carried ? "" : "   LOST"));
  }
  return carried;
}

void World::TearDown() {
  if (!HasFailure()) return;
  constexpr std::size_t kShown = 60;
  const std::size_t skipped = story_.size() > kShown ? story_.size() - kShown : 0;
  std::printf("What was on the link (%zu packets before):\n", skipped);
  for (std::size_t i = skipped; i < story_.size(); ++i) std::printf("  %s\n", story_[i].c_str());
}

void World::settle() {
  do {
    io_.restart();
  } while (io_.poll() > 0);
}

bool World::run_until(const std::function<bool()>& done) {
  return test::run_until(io_, time_, done);
}

void World::run() {
  run_until([] { return false; });
}

World::pair World::connect() {
  acceptor listener(*server_, kServer);
  pair both{stream(*client_), stream(*server_)};
  outcome connected;
  outcome accepted;
  both.client.async_connect(kServer, connected.handler());
  listener.async_accept(both.server, accepted.handler());
  EXPECT_TRUE(run_until([&] { return connected.calls + accepted.calls == 2; }));
  EXPECT_EQ(connected.ec, error_code());
  EXPECT_EQ(accepted.ec, error_code());
  settle();
  return both;
}

void World::write(stream& to, std::string text) {
  outcome written;
  asio::async_write(to, asio::buffer(text), written.handler());
  EXPECT_TRUE(run_until([&] { return written.calls == 1; }));
  EXPECT_EQ(written.ec, error_code());
}

std::string World::read(stream& from, std::size_t most, error_code* ec) {
  std::string text(most, '\0');
  outcome result;
  from.async_read_some(asio::buffer(text), result.handler());
  EXPECT_TRUE(run_until([&] { return result.calls == 1; }));
  if (ec != nullptr) *ec = result.ec;
  text.resize(result.bytes);
  return text;
}

}  // namespace tcpstack::runtime
