// The cost of headers: the checksum, reading those of a full segment, and writing them. Build with scripts/build
// release --target wire_bench and run build/wire_bench; compare only the figures of one run.
#include <array>
#include <vector>

#include <benchmark/benchmark.h>

#include "stack/wire/checksum.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace tcpstack::wire {
namespace {

constexpr Address kFrom(0x0a000001);
constexpr Address kTo(0x0a000002);
constexpr std::size_t kText = 1448;  // of a full segment at an MTU of 1500, with timestamps

using Headers = std::array<std::uint8_t, kIpv4HeaderSize + kMaxTcpHeaderSize>;

// Writes the headers of a segment of an open connection; returns their size.
std::size_t write_headers(Bytes text, Headers& headers) {
  TcpHeader header{.source_port = 40000,
                   .destination_port = 7,
                   .sequence = 1,
                   .acknowledgment = 1,
                   .control = {.ack = true},
                   .window = 512,
                   .options = {}};
  header.options.timestamps = {.value = 1, .echo_reply = 1};
  const MutableBytes tcp = MutableBytes(headers).subspan(kIpv4HeaderSize);
  const std::size_t size = write_tcp(header, tcp);
  finish_tcp_checksum(tcp.first(size), {text, {}}, kFrom, kTo);
  write_ipv4(
      {.protocol = static_cast<std::uint8_t>(Protocol::tcp), .source = kFrom, .destination = kTo},
      size + text.size(), headers);
  return kIpv4HeaderSize + size;
}

void checksum(benchmark::State& state) {
  const std::vector<std::uint8_t> bytes(static_cast<std::size_t>(state.range(0)), 0x5a);
  for (auto _ : state) benchmark::DoNotOptimize(internet_checksum(bytes));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(checksum)->Arg(20)->Arg(1460)->Arg(65495);

void emit(benchmark::State& state) {
  const std::vector<std::uint8_t> text(static_cast<std::size_t>(state.range(0)), 'x');
  Headers headers;
  for (auto _ : state) {
    write_headers(text, headers);
    benchmark::DoNotOptimize(headers);
  }
}
BENCHMARK(emit)->ArgName("bytes")->Arg(0)->Arg(kText);

void parse(benchmark::State& state) {
  const std::vector<std::uint8_t> text(static_cast<std::size_t>(state.range(0)), 'x');
  Headers headers;
  const std::size_t size = write_headers(text, headers);
  std::vector<std::uint8_t> packet(headers.begin(), headers.begin() + size);
  packet.insert(packet.end(), text.begin(), text.end());
  for (auto _ : state) {
    const auto ip = parse_ipv4(packet);
    benchmark::DoNotOptimize(
        parse_tcp(ip->payload, ip->header.source, ip->header.destination).value());
  }
}
BENCHMARK(parse)->ArgName("bytes")->Arg(0)->Arg(kText);

}  // namespace
}  // namespace tcpstack::wire
