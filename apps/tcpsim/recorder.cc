// See recorder.h.
#include "apps/tcpsim/recorder.h"

#include <algorithm>
#include <limits>

namespace tcpstack::simulator {
namespace {

constexpr std::uint32_t kUnknown =
    0xffffffff;  // ssthresh, "arbitrarily high" (RFC 5681 section 3.1)

Sample sample_of(const tcp::Tcb& tcb, Time now) {
  const tcp::CongestionWindow& window = tcb.sender->recovery.window;
  const double smss = tcb.snd.smss;
  Sample sample{.at = now};
  sample.cwnd = window.cwnd / smss;
  sample.ssthresh = window.ssthresh == kUnknown ? std::numeric_limits<double>::infinity()
                                                : window.ssthresh / smss;
  sample.in_flight = tcb.flight.pipe() / smss;
  sample.srtt_ms = static_cast<double>(tcb.rtt.srtt.count()) / 1000;
  return sample;
}

}  // namespace

Recorder::Recorder(sim::World& world, std::size_t flow) {
  world.opener(flow).watch(sender_);
  world.listener(flow).watch(receiver_);
}

void Recorder::Sender::settled(const sim::Host& host, Time now) {
  const sim::UserFigures& figures = host.figures();
  if (figures.retransmissions > retransmissions) record.retransmissions.push_back(now);
  if (figures.timeouts > timeouts) record.timeouts.push_back(now);
  retransmissions = figures.retransmissions;
  timeouts = figures.timeouts;
  const tcp::Tcb* const tcb = host.tcb();
  if (tcb == nullptr || tcb->sender->recovery.window.cwnd == 0) return;
  const Sample sample = sample_of(*tcb, now);
  if (!record.samples.empty()) {
    Sample last = record.samples.back();
    last.at = now;
    if (sample == last) return;
  }
  record.samples.push_back(sample);
}

void Recorder::Receiver::settled(const sim::Host& host, Time now) {
  const std::uint64_t received = host.figures().received;
  const std::uint64_t before = record.deliveries.empty() ? 0 : record.deliveries.back().bytes;
  if (received > before) record.deliveries.push_back({now, received});
}

double mean_cwnd(const Record& record) {
  if (record.samples.empty()) return 0;
  double sum = 0;
  for (std::size_t i = 1; i < record.samples.size(); ++i) {
    const Duration time = record.samples[i].at - record.samples[i - 1].at;
    sum += record.samples[i - 1].cwnd * static_cast<double>(time.count());
  }
  const Duration all = record.samples.back().at - record.samples.front().at;
  if (all == Duration::zero()) return record.samples.front().cwnd;
  return sum / static_cast<double>(all.count());
}

double largest_cwnd(const Record& record) {
  double largest = 0;
  for (const Sample& sample : record.samples) largest = std::max(largest, sample.cwnd);
  return largest;
}

}  // namespace tcpstack::simulator
