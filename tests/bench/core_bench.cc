// The cost of the core's parts by themselves: index of connections, timer wheel, byte queue, and a whole segment
// from one host to another. Build with scripts/build release --target core_bench and run build/core_bench; compare
// only the figures of one run.
#include <array>
#include <deque>
#include <vector>

#include <benchmark/benchmark.h>

#include "stack/base/block_pool.h"
#include "stack/base/byte_queue.h"
#include "stack/base/keyed_hash.h"
#include "stack/base/slab.h"
#include "stack/base/timer_wheel.h"
#include "stack/stack.h"
#include "stack/tcp/connections/connection_index.h"
#include "tests/bench/cost/holes.h"
#include "tests/support/pair.h"

namespace tcpstack {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;

// Finds a connection, each time a different one of many.
void lookup(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  base::BlockPool pool;
  base::TimerWheel wheel;
  base::Slab<tcp::Tcb> connections;
  const base::KeyedHash hash(std::array<std::uint8_t, 16>{});
  tcp::ConnectionIndex index(0, tcp::FourTupleHash{&hash, &connections},
                             tcp::HaveFourTuple{&connections});
  const Endpoint local{Address(0x0a000002), 7};
  const auto remote = [](std::uint32_t i) {
    return Endpoint{Address(0x0a000100 + i / 50'000),
                    static_cast<std::uint16_t>(10'000 + i % 50'000)};
  };
  for (std::uint32_t i = 0; i < count; ++i) {
    const base::Handle id = connections.emplace(pool, wheel);
    connections.find(id)->local = local;
    connections.find(id)->remote = remote(i);
    index.insert(id);
  }
  std::uint32_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(*index.find(tcp::FourTuple(local, remote(next))));
    next = (next + 7919) % count;
  }
}
BENCHMARK(lookup)->ArgName("connections")->Arg(1)->Arg(100'000);

// An alarm among many that is put off repeatedly, like a retransmission timer.
void alarm_put_off(benchmark::State& state) {
  base::TimerWheel wheel;
  std::vector<base::TimerWheel::Node> nodes(static_cast<std::size_t>(state.range(0)));
  for (auto& node : nodes) wheel.schedule(node, Time{} + 200ms);
  Time now{};
  std::size_t next = 0;
  for (auto _ : state) {
    now += Duration(1);
    wheel.schedule(nodes[next], now + 200ms);
    next = (next + 1) % nodes.size();
  }
  for (auto& node : nodes) wheel.cancel(node);
}
BENCHMARK(alarm_put_off)->Arg(1)->Arg(100'000);

void queue_in_and_out(benchmark::State& state) {
  base::BlockPool pool;
  base::ByteQueue queue(pool);
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) {
    queue.append(bytes);
    queue.read(bytes);
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(queue_in_and_out)->Arg(1)->Arg(1460)->Arg(65536);

// Carries one segment of text across, reads it, and carries the answer; beside many idle connections.
void segment_across(benchmark::State& state) {
  test::Pair pair(static_cast<std::size_t>(state.range(1)) + 1);
  const std::vector<std::uint8_t> text(static_cast<std::size_t>(state.range(0)), 'x');
  std::vector<std::uint8_t> read(text.size());
  for (auto _ : state) {
    pair.pass_time(100us);
    pair.client.send(pair.client_id, text, pair.now).value();
    pair.exchange();
    pair.server.receive(pair.server_id, MutableBytes(read), pair.now).value();
    pair.exchange();
  }
}
BENCHMARK(segment_across)->ArgNames({"bytes", "others"})->Args({1, 0})->Args({1448, 0});
BENCHMARK(segment_across)->ArgNames({"bytes", "others"})->Args({1448, 20'000});

// Two hosts with a pipe between them that always holds `in_flight` segments; initial window and receive window are
// as large.
class FullPipe {
 public:
  explicit FullPipe(unsigned in_flight)
      : client_(config_of(in_flight, kClient), 1), server_(config_of(in_flight, kServer), 2) {
    const ListenerId listener = server_.listen({kServer, 7}).value();
    client_id_ = client_.open({kServer, 7}, {}, now_).value();
    for (int i = 0; i < 3; ++i) turn();
    server_id_ = server_.accept(listener, now_).value();
    for (unsigned i = 0; i < 10 * in_flight; ++i) turn();  // until the windows are open
  }

  // The oldest segment arrives, is read, and perhaps acknowledged; new segments fill the room behind.
  void turn() {
    now_ += 10us;
    client_.time_passes(now_);
    server_.time_passes(now_);
    collect();
    if (pipe_.empty()) return;  // the handshake is over; its last packet has no answer
    server_.packet_arrives({.bytes = pipe_.front()}, now_);
    pipe_.pop_front();
    static_cast<void>(server_.receive(server_id_, MutableBytes(text_), now_));
    while (const auto packet = server_.poll_transmit(now_)) {
      const auto acknowledgment = copy(*packet);
      client_.packet_arrives({.bytes = acknowledgment}, now_);
    }
    while (client_.poll_event() || server_.poll_event()) {
    }
  }

 private:
  static constexpr Address kClient{0x0a000001};
  static constexpr Address kServer{0x0a000002};

  static Config config_of(unsigned in_flight, Address address) {
    Config config;
    config.ip.address = address;
    config.tcp.initial_window = in_flight;
    const std::uint32_t window = in_flight * 1448;
    config.tcp.receive_buffer = {2 * window, 2 * window};
    config.tcp.send_buffer = {2 * window, 2 * window};
    return config;
  }

  static std::vector<std::uint8_t> copy(const TxPacket& packet) {
    const Bytes headers = packet.header_bytes();
    std::vector<std::uint8_t> bytes(headers.begin(), headers.end());
    for (const Bytes& span : packet.text) bytes.insert(bytes.end(), span.begin(), span.end());
    return bytes;
  }

  // Collects the packets of the client, which always has text.
  void collect() {
    while (client_.send(client_id_, text_, now_).value_or(0) > 0) {
    }
    while (const auto packet = client_.poll_transmit(now_)) pipe_.push_back(copy(*packet));
  }

  Time now_{};
  Stack client_;
  Stack server_;
  ConnectionId client_id_;
  ConnectionId server_id_;
  std::vector<std::uint8_t> text_ = std::vector<std::uint8_t>(1448, 'x');
  std::deque<std::vector<std::uint8_t>> pipe_;
};

// The cost of a segment must not depend on the number in flight.
void segment_among_many(benchmark::State& state) {
  FullPipe pipe(static_cast<unsigned>(state.range(0)));
  for (auto _ : state) pipe.turn();
}
BENCHMARK(segment_among_many)->ArgName("in_flight")->Arg(10)->Arg(100)->Arg(1000);

// The cost of an ACK with SACK blocks must not depend on the number in flight, either: the goal is at most three times.
void ack_with_blocks(benchmark::State& state) {
  constexpr std::uint32_t kAcks = 400;
  const auto in_flight = static_cast<std::uint32_t>(state.range(0));
  const auto blocks = static_cast<unsigned>(state.range(1));
  std::optional<bench::Holes> holes;
  std::uint32_t left = 0;
  for (auto _ : state) {
    if (left == 0) {
      state.PauseTiming();
      holes.emplace(in_flight, blocks, kAcks);
      left = kAcks;
      state.ResumeTiming();
    }
    --left;
    const auto ack = holes->next();
    holes->stack().packet_arrives({.bytes = ack}, holes->now());
    holes->settle();
  }
}
BENCHMARK(ack_with_blocks)->ArgNames({"in_flight", "blocks"})->Args({1000, 1})->Args({100'000, 1});
BENCHMARK(ack_with_blocks)->ArgNames({"in_flight", "blocks"})->Args({1000, 4})->Args({100'000, 4});

}  // namespace
}  // namespace tcpstack
