// See figure.h.
#include "apps/tcpsim/figure.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "apps/tcpsim/report.h"

namespace tcpstack::simulator {
namespace {

constexpr unsigned kBins = 120;
constexpr std::size_t kNamed = 6;  // a legend has room for this many flows

// Okabe and Ito's colours, which most people can distinguish.
constexpr std::array<const char*, 6> kColors{"#0072b2", "#d55e00", "#009e73",
                                             "#cc79a7", "#e69f00", "#56b4e9"};
constexpr const char* kRetransmission = "#d00000";
constexpr const char* kTimeout = "#000000";

double seconds(Time at) { return std::chrono::duration<double>(at - Time{}).count(); }

const char* color_of(std::size_t flow) { return kColors[flow % kColors.size()]; }

// "cwnd", or with several flows "cwnd 2 (reno)".
std::string name_of(const sim::WorldOptions& options, std::size_t flow, const char* what) {
  if (options.flows.size() == 1) return what;
  return fmt::format("{} {} ({})", what, flow + 1, options.flows[flow].config.tcp.congestion);
}

ChartLine line_of(const sim::WorldOptions& options, std::size_t flow, const char* what,
                  const Record& record, double Sample::* value) {
  ChartLine line{.name = name_of(options, flow, what), .color = color_of(flow), .points = {}};
  for (const Sample& sample : record.samples) {
    const bool known = value != &Sample::srtt_ms || sample.srtt_ms > 0;
    line.points.push_back({seconds(sample.at), known ? sample.*value : std::nan("")});
  }
  return line;
}

std::vector<double> in_seconds(const std::vector<Time>& times) {
  std::vector<double> all;
  for (const Time at : times) all.push_back(seconds(at));
  return all;
}

// A legend for all flows would not fit: the colours then distinguish flows without names.
void forget_names(Panel& panel) {
  for (ChartLine& line : panel.lines) line.name.clear();
}

Panel windows(const sim::WorldOptions& options, std::span<const Record> records) {
  Panel panel{
      .title = "Congestion window and ssthresh (dashed), segments", .lines = {}, .marks = {}};
  ChartMarks again{.name = "retransmission", .color = kRetransmission, .at = {}};
  ChartMarks timeout{.name = "timeout", .color = kTimeout, .at = {}};
  for (std::size_t i = 0; i < records.size(); ++i) {
    ChartLine ssthresh = line_of(options, i, "ssthresh", records[i], &Sample::ssthresh);
    ssthresh.dashed = true;
    panel.lines.push_back(line_of(options, i, "cwnd", records[i], &Sample::cwnd));
    if (records.size() == 1) panel.lines.push_back(ssthresh);
    std::ranges::copy(in_seconds(records[i].retransmissions), std::back_inserter(again.at));
    std::ranges::copy(in_seconds(records[i].timeouts), std::back_inserter(timeout.at));
  }
  if (records.size() > 1) panel.title = "Congestion window, segments";
  std::ranges::sort(again.at);
  std::ranges::sort(timeout.at);
  panel.marks = {std::move(again), std::move(timeout)};
  return panel;
}

Panel one_line_each(const sim::WorldOptions& options, std::span<const Record> records,
                    const char* title, const char* what, double Sample::* value) {
  Panel panel{.title = title, .lines = {}, .marks = {}};
  for (std::size_t i = 0; i < records.size(); ++i) {
    panel.lines.push_back(line_of(options, i, what, records[i], value));
  }
  return panel;
}

Panel goodputs(const sim::WorldOptions& options, std::span<const Record> records) {
  Time end{};
  for (const Record& record : records) {
    if (!record.deliveries.empty()) end = std::max(end, record.deliveries.back().at);
  }
  Panel panel{.title = "Goodput, Mbit/s", .lines = {}, .marks = {}};
  for (std::size_t i = 0; i < records.size(); ++i) {
    panel.lines.push_back({.name = name_of(options, i, "goodput"),
                           .color = color_of(i),
                           .points = goodput_over_time(records[i], end, kBins)});
  }
  return panel;
}

}  // namespace

std::vector<Point> goodput_over_time(const Record& record, Time end, unsigned bins) {
  const Duration width = std::max((end - Time{}) / bins + Duration(1), Duration(1));
  std::vector<double> bytes(bins, 0);
  std::uint64_t before = 0;
  for (const Delivery& delivery : record.deliveries) {
    const auto bin = static_cast<std::size_t>((delivery.at - Time{}) / width);
    if (bin < bins) bytes[bin] += static_cast<double>(delivery.bytes - before);
    before = delivery.bytes;
  }
  const double time = std::chrono::duration<double>(width).count();
  std::vector<Point> points;
  for (std::size_t i = 0; i < bins; ++i) {
    points.push_back({static_cast<double>(i) * time, bytes[i] * 8 / 1e6 / time});
  }
  return points;
}

Chart figure(const sim::WorldOptions& options, std::span<const Record> records) {
  Chart chart{.title = fmt::format("{}: {}", options.flows.size() == 1 ? "One flow" : "Flows",
                                   describe_flows(options)),
              .subtitle = fmt::format("forward {}; back {}; seed {}", describe(options.forward),
                                      describe(options.backward), options.seed),
              .x_title = "seconds",
              .panels = {}};
  chart.panels.push_back(windows(options, records));
  chart.panels.push_back(
      one_line_each(options, records, "In flight, segments", "in flight", &Sample::in_flight));
  chart.panels.push_back(
      one_line_each(options, records, "Smoothed round-trip time, ms", "SRTT", &Sample::srtt_ms));
  chart.panels.push_back(goodputs(options, records));
  for (Panel& panel : chart.panels) {
    if (records.size() > kNamed) forget_names(panel);
  }
  return chart;
}

}  // namespace tcpstack::simulator
