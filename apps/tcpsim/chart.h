// Charts as SVG: panels above each other that share an x axis, each with its own y axis, lines and legend.
//
// This file knows nothing of networks; figure.h chooses the lines. The same lines give the same bytes.
#pragma once

#include <string>
#include <vector>

namespace tcpstack::simulator {

struct Point {
  double x = 0;
  double y = 0;  // not finite: the line has a gap here
};

struct ChartLine {
  std::string name;
  std::string color;  // of SVG, "#0072b2"
  bool dashed = false;
  std::vector<Point> points;  // x never decreases; y holds until the next point
};

// An event at a time: a small mark at the foot of the panel.
struct ChartMarks {
  std::string name;
  std::string color;
  std::vector<double> at;
};

struct Panel {
  std::string title;  // the quantity and its unit
  std::vector<ChartLine> lines;
  std::vector<ChartMarks> marks;
};

struct Chart {
  std::string title;
  std::string subtitle;
  std::string x_title;
  std::vector<Panel> panels;
};

std::string to_svg(const Chart& chart);

// About `count` round steps (1, 2 or 5 times a power of ten) from 0 to at least `largest`.
std::vector<double> ticks(double largest, unsigned count);

}  // namespace tcpstack::simulator
