// See report.h.
#include "apps/tcpsim/report.h"

#include <chrono>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

namespace tcpstack::simulator {
namespace {

double milliseconds(Duration duration) { return static_cast<double>(duration.count()) / 1000; }

std::string percent(double share, const char* what) {
  return share > 0 ? fmt::format(", {:.3g} % {}", share * 100, what) : "";
}

std::string bits(double rate) {
  if (rate >= 1e9) return fmt::format("{:.3g} Gbit/s", rate / 1e9);
  if (rate >= 1e6) return fmt::format("{:.3g} Mbit/s", rate / 1e6);
  return fmt::format("{:.3g} kbit/s", rate / 1e3);
}

std::string rtt(const sim::UserFigures& figures) {
  if (figures.rtt_count == 0) return "-";
  const double mean = milliseconds(figures.rtt_sum) / static_cast<double>(figures.rtt_count);
  return fmt::format("{:.1f} / {:.1f} / {:.1f}", milliseconds(figures.rtt_min), mean,
                     milliseconds(figures.rtt_max));
}

std::string row(const sim::World& world, const sim::WorldOptions& options, const Record& record,
                std::size_t flow) {
  const sim::UserFigures& sender = world.opener(flow).figures();
  const double rate = goodput(world, options, flow);
  const auto link = static_cast<double>(options.forward.rate);
  const std::string share = link > 0 ? fmt::format("{:.1f} %", rate / link * 100) : "-";
  return fmt::format("{:>4}  {:<10} {:>12} {:>12} {:>7}  {:>22}  {:>14} {:>7} {:>9}\n", flow + 1,
                     options.flows[flow].config.tcp.congestion,
                     world.listener(flow).figures().received, bits(rate), share, rtt(sender),
                     fmt::format("{:.1f} / {:.1f}", mean_cwnd(record), largest_cwnd(record)),
                     sender.retransmissions, sender.timeouts);
}

std::string link_row(const char* name, const sim::LinkFigures& figures) {
  return fmt::format("{:<8} {} packets, {} found the queue full, {} lost\n", name, figures.sent,
                     figures.queue_full, figures.lost);
}

// Jain's index: 1 if all flows have the same rate, 1 / n if one flow has everything.
double fairness(const sim::World& world, const sim::WorldOptions& options) {
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i < world.flow_count(); ++i) {
    const double rate = goodput(world, options, i);
    sum += rate;
    squares += rate * rate;
  }
  return squares > 0 ? sum * sum / (static_cast<double>(world.flow_count()) * squares) : 0;
}

}  // namespace

std::string describe(const sim::LinkOptions& link) {
  const sim::ImpairmentOptions& bad = link.impairment;
  std::string text = link.rate > 0 ? bits(static_cast<double>(link.rate)) : "any rate";
  text += fmt::format(", {:.4g} ms", milliseconds(link.delay));
  if (bad.jitter > Duration::zero())
    text += fmt::format(" to {:.4g} ms", milliseconds(link.delay + bad.jitter));
  text += fmt::format(", queue {}", link.queue);
  text += percent(bad.loss, "lost");
  if (bad.bursts.bad > Duration::zero()) {
    const double burst = milliseconds(bad.bursts.bad);
    text += percent(burst / (burst + milliseconds(bad.bursts.good)), "of the time in bursts");
    text += fmt::format(" of {:.4g} ms", burst);
  }
  if (bad.reorder > 0) {
    text += percent(bad.reorder, "held back");
    text += fmt::format(" {:.4g} ms", milliseconds(bad.reorder_delay));
  }
  text += percent(bad.duplicate, "twice");
  text += percent(bad.corrupt, "corrupted");
  return text;
}

std::string describe_flows(const sim::WorldOptions& options) {
  std::string text;
  for (const sim::FlowOptions& flow : options.flows) {
    if (text.size() > 60) return text + " ...";
    text += fmt::format("{}{}", text.empty() ? "" : ", ", flow.config.tcp.congestion);
  }
  return text;
}

double goodput(const sim::World& world, const sim::WorldOptions& options, std::size_t flow) {
  const sim::UserFigures& figures = world.listener(flow).figures();
  const std::chrono::duration<double> time =
      figures.last_byte - (Time{} + options.flows[flow].opener.start);
  if (time.count() <= 0) return 0;
  return static_cast<double>(figures.received) * 8 / time.count();
}

std::string table(const sim::World& world, const sim::WorldOptions& options,
                  std::span<const Record> records) {
  std::string text = fmt::format("{:<8} {}\n{:<8} {}\n\n", "forward", describe(options.forward),
                                 "back", describe(options.backward));
  text += fmt::format("{:>4}  {:<10} {:>12} {:>12} {:>7}  {:>22}  {:>14} {:>7} {:>9}\n", "flow",
                      "congestion", "bytes", "goodput", "share", "RTT least/mean/most",
                      "cwnd mean/most", "retrans", "timeouts");
  for (std::size_t i = 0; i < records.size(); ++i) text += row(world, options, records[i], i);
  text += '\n' + link_row("forward", world.forward().figures());
  text += link_row("back", world.backward().figures());
  if (records.size() > 1) {
    text += fmt::format("{:<8} {:.3f} (Jain's index of the goodputs)\n", "fairness",
                        fairness(world, options));
  }
  const std::chrono::duration<double> time = world.now() - Time{};
  text += fmt::format("{:<8} {:.6f} s of virtual time, TIME_WAIT included; digest {:016x}\n", "end",
                      time.count(), world.digest());
  return text;
}

std::string csv(std::span<const Record> records) {
  std::string text = "time_s,flow,cwnd,ssthresh,in_flight,srtt_ms,received\n";
  for (std::size_t i = 0; i < records.size(); ++i) {
    std::size_t read = 0;
    std::uint64_t received = 0;
    const auto& deliveries = records[i].deliveries;
    for (const Sample& sample : records[i].samples) {
      while (read < deliveries.size() && deliveries[read].at <= sample.at) {
        received = deliveries[read++].bytes;
      }
      const std::chrono::duration<double> at = sample.at - Time{};
      fmt::format_to(std::back_inserter(text), "{:.6f},{},{:.3f},{},{:.3f},{:.3f},{}\n", at.count(),
                     i + 1, sample.cwnd,
                     std::isfinite(sample.ssthresh) ? fmt::format("{:.3f}", sample.ssthresh) : "",
                     sample.in_flight, sample.srtt_ms, received);
    }
  }
  return text;
}

}  // namespace tcpstack::simulator
