// What the parts of the core cost by themselves: checksum, timer wheel, byte queue, and a whole segment from one
// host to another. Build with scripts/build release --target core_bench and run build/core_bench; compare the
// figures of one run only.
#include <vector>

#include <benchmark/benchmark.h>

#include "stack/base/block_pool.h"
#include "stack/base/byte_queue.h"
#include "stack/base/timer_wheel.h"
#include "stack/wire/checksum.h"
#include "tests/support/pair.h"

namespace tcpstack {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;

void checksum(benchmark::State& state) {
  const std::vector<std::uint8_t> bytes(static_cast<std::size_t>(state.range(0)), 0x5a);
  for (auto _ : state) benchmark::DoNotOptimize(wire::internet_checksum(bytes));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(checksum)->Arg(20)->Arg(1460)->Arg(65495);

// An alarm among many that is put off again and again, as a retransmission timer is.
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

// One segment of text across, read, and whatever is answered; beside so many idle connections.
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

}  // namespace
}  // namespace tcpstack
