// Pictures as text: round ticks, lines that follow their points, and at most one point for each pixel.
#include "apps/tcpsim/chart.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/tcpsim/figure.h"

namespace tcpstack::simulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Chart chart_of(std::vector<Point> points) {
  Chart chart{.title = "a < b & c", .subtitle = "", .x_title = "seconds", .panels = {}};
  chart.panels.push_back({.title = "panel", .lines = {}, .marks = {}});
  chart.panels[0].lines.push_back(
      {.name = "line", .color = "#123456", .points = std::move(points)});
  return chart;
}

// The path of the line in the only panel.
std::string path_of(const std::string& svg) {
  const std::size_t begin = svg.rfind("stroke=\"#123456\" d=\"");
  const std::size_t end = svg.find("\"/>", begin);
  return svg.substr(begin + 20, end - begin - 20);
}

TEST(Ticks, AreRoundAndReachTheLargest) {
  EXPECT_THAT(ticks(10, 5), ElementsAre(0, 2, 4, 6, 8, 10));
  EXPECT_THAT(ticks(87, 4), ElementsAre(0, 50, 100));
  EXPECT_THAT(ticks(0.3, 3), ElementsAre(0, testing::DoubleEq(0.1), testing::DoubleEq(0.2),
                                         testing::DoubleNear(0.3, 1e-12)));
  EXPECT_THAT(ticks(0, 4), ElementsAre(0, 1));
}

TEST(Chart, ALineHoldsUntilItsNextPoint) {
  EXPECT_EQ(path_of(to_svg(chart_of({{0, 0}, {1, 10}, {2, 5}}))),
            "M64 224.0H502V74.0H940V149.0H940");
}

TEST(Chart, APointThatIsNotFiniteIsAGap) {
  const double gap = std::nan("");
  EXPECT_EQ(path_of(to_svg(chart_of({{0, 10}, {1, gap}, {2, 10}}))), "M64 74.0M940 74.0H940");
}

TEST(Chart, PointsInOneColumnOfPixelsKeepTheirExtremes) {
  EXPECT_EQ(path_of(to_svg(chart_of({{0, 5}, {0.0001, 10}, {0.0002, 0}, {0.0003, 5}, {1, 5}}))),
            "M64 149.0V74.0V224.0H940V149.0H940");
  std::vector<Point> many;
  for (int i = 0; i <= 1'000'000; ++i) many.push_back({i / 1e6, static_cast<double>(i % 7)});
  EXPECT_LT(to_svg(chart_of(many)).size(), 60'000U);
}

TEST(Chart, TextIsEscaped) { EXPECT_THAT(to_svg(chart_of({})), HasSubstr("a &lt; b &amp; c")); }

TEST(Figure, GoodputInEqualParts) {
  Record record;
  for (int i = 1; i <= 10; ++i) {
    record.deliveries.push_back(
        {Time{} + std::chrono::milliseconds(100 * i - 50), static_cast<std::uint64_t>(i) * 12'500});
  }
  const auto points = goodput_over_time(record, Time{} + std::chrono::seconds(1), 10);
  ASSERT_EQ(points.size(), 10U);
  for (const Point& point : points) EXPECT_NEAR(point.y, 1, 0.001);
}

TEST(Figure, ManyFlowsHaveNoLegend) {
  sim::WorldOptions options;
  options.flows.resize(7);
  std::vector<Record> records(7);
  for (Record& record : records) record.samples.push_back({.at = Time{}, .cwnd = 10});
  EXPECT_THAT(to_svg(figure(options, records)), Not(HasSubstr(">cwnd 1")));
  options.flows.resize(2);
  records.resize(2);
  EXPECT_THAT(to_svg(figure(options, records)), HasSubstr(">cwnd 2 (cubic)<"));
}

}  // namespace
}  // namespace tcpstack::simulator
