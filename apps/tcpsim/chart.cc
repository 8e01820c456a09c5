// See chart.h.
#include "apps/tcpsim/chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

namespace tcpstack::simulator {
namespace {

// In pixels.
constexpr double kWidth = 960;
constexpr double kLeft = 64;
constexpr double kRight = 20;
constexpr double kTop = 74;
constexpr double kPanel = 150;  // the height of a panel's field
constexpr double kGap = 42;     // between panels: room for a title and a legend
constexpr double kBottom = 48;
constexpr double kField = kWidth - kLeft - kRight;
constexpr double kLetter = 6.6;  // the width of a letter of a legend, about
constexpr unsigned kYTicks = 4;
constexpr unsigned kXTicks = 10;

constexpr const char* kStyle =
    "text{font:12px system-ui,sans-serif;fill:#444}"
    ".title{font-size:16px;font-weight:600;fill:#111}.panel{font-weight:600;fill:#222}"
    ".y{text-anchor:end}.x{text-anchor:middle}"
    ".grid{stroke:#e4e4e4;stroke-width:1}.axis{stroke:#888;stroke-width:1}"
    ".line{fill:none;stroke-width:1.5;stroke-linejoin:round}.dashed{stroke-dasharray:5 3}";

class Drawing {
 public:
  explicit Drawing(const Chart& chart) : chart_(chart) {
    double largest = 0;
    for (const Panel& panel : chart.panels) {
      for (const ChartLine& line : panel.lines) {
        if (!line.points.empty()) largest = std::max(largest, line.points.back().x);
      }
    }
    x_ticks_ = ticks(largest, kXTicks);
    x_end_ = std::max(largest, 1e-9);
  }

  std::string draw() {
    const double height =
        kTop + static_cast<double>(chart_.panels.size()) * (kPanel + kGap) - kGap + kBottom;
    add("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" width=\"{}\" "
        "height=\"{}\">\n<style>{}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        kWidth, height, kWidth, height, kStyle);
    text("title", kLeft, 24, chart_.title);
    text("", kLeft, 42, chart_.subtitle);
    double top = kTop;
    for (const Panel& panel : chart_.panels) {
      draw_panel(panel, top);
      top += kPanel + kGap;
    }
    draw_x_axis(top - kGap);
    add("</svg>\n");
    return std::move(svg_);
  }

 private:
  template <typename... T>
  void add(fmt::format_string<T...> format, T&&... values) {
    fmt::format_to(std::back_inserter(svg_), format, std::forward<T>(values)...);
  }

  void text(const char* style, double x, double y, const std::string& content) {
    add("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\">", style, x, y);
    for (const char c : content) {
      if (c == '<') {
        add("&lt;");
      } else if (c == '&') {
        add("&amp;");
      } else {
        svg_ += c;
      }
    }
    add("</text>\n");
  }

  void stroke(const char* style, double x1, double y1, double x2, double y2) {
    add("<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n", style, x1,
        y1, x2, y2);
  }

  [[nodiscard]] double x_of(double x) const { return kLeft + x / x_end_ * kField; }

  void draw_panel(const Panel& panel, double top) {
    double largest = 0;
    for (const ChartLine& line : panel.lines) {
      for (const Point& point : line.points) {
        if (std::isfinite(point.y)) largest = std::max(largest, point.y);
      }
    }
    const std::vector<double> y_ticks = ticks(largest, kYTicks);
    y_end_ = y_ticks.back();
    bottom_ = top + kPanel;
    text("panel", kLeft, top - 8, panel.title);
    draw_legend(panel, top - 8);
    for (const double tick : x_ticks_) {
      if (tick <= x_end_) stroke("grid", x_of(tick), top, x_of(tick), bottom_);
    }
    for (const double tick : y_ticks) {
      stroke(tick == 0 ? "axis" : "grid", kLeft, y_of(tick), kWidth - kRight, y_of(tick));
      text("y", kLeft - 6, y_of(tick) + 4, fmt::format("{:g}", tick));
    }
    for (const ChartLine& line : panel.lines) draw_line(line);
    for (const ChartMarks& marks : panel.marks) draw_marks(marks);
  }

  [[nodiscard]] double y_of(double y) const { return bottom_ - y / y_end_ * kPanel; }

  // From the right, the last line first.
  void draw_legend(const Panel& panel, double y) {
    double x = kWidth - kRight;
    const auto entry = [&](const std::string& name) {
      x -= kLetter * static_cast<double>(name.size());
      text("", x, y, name);
      x -= 26;
    };
    for (auto marks = panel.marks.rbegin(); marks != panel.marks.rend(); ++marks) {
      if (marks->at.empty()) continue;
      entry(marks->name);
      add("<path d=\"{}\" fill=\"{}\"/>\n", triangle(x + 14, y - 1), marks->color);
      x -= 8;
    }
    for (auto line = panel.lines.rbegin(); line != panel.lines.rend(); ++line) {
      if (line->name.empty()) continue;
      entry(line->name);
      add("<path class=\"line{}\" stroke=\"{}\" d=\"M{:.1f} {:.1f}h20\"/>\n",
          line->dashed ? " dashed" : "", line->color, x, y - 4);
      x -= 12;
    }
  }

  static std::string triangle(double x, double y) {
    return fmt::format("M{:.1f} {:.1f}l-3.5 0l3.5 -7l3.5 7z", x, y);
  }

  void draw_marks(const ChartMarks& marks) {
    std::string path;
    double last = -kWidth;
    for (const double at : marks.at) {
      const double x = std::round(x_of(at));
      if (x < last + 2) continue;  // denser marks would not show
      path += triangle(x, bottom_);
      last = x;
    }
    if (!path.empty()) add("<path d=\"{}\" fill=\"{}\"/>\n", path, marks.color);
  }

  void draw_line(const ChartLine& line) {
    add("<path class=\"line{}\" stroke=\"{}\" d=\"", line.dashed ? " dashed" : "", line.color);
    bool drawing = false;
    for (std::size_t i = 0; i < line.points.size();) {
      if (std::isfinite(line.points[i].y)) {
        i = draw_column(line.points, i, drawing);
        drawing = true;
      } else {
        drawing = false;
        ++i;
      }
    }
    if (drawing) add("H{:.0f}", x_of(line.points.back().x));
    add("\"/>\n");
  }

  // Draws the points from `i` on that share a column of pixels: where the line enters and leaves it, its lowest and
  // its highest point. Returns the first point beyond.
  std::size_t draw_column(const std::vector<Point>& points, std::size_t i, bool drawing) {
    const double x = std::round(x_of(points[i].x));
    const double first = points[i].y;
    double last = first;
    double low = first;
    double high = first;
    for (; i < points.size() && std::isfinite(points[i].y) && std::round(x_of(points[i].x)) == x;
         ++i) {
      last = points[i].y;
      low = std::min(low, last);
      high = std::max(high, last);
    }
    if (drawing) {
      add("H{:.0f}V{:.1f}", x, y_of(first));
    } else {
      add("M{:.0f} {:.1f}", x, y_of(first));
    }
    if (high > std::max(first, last)) add("V{:.1f}", y_of(high));
    if (low < std::min(first, last)) add("V{:.1f}", y_of(low));
    if (last != first) add("V{:.1f}", y_of(last));
    return i;
  }

  void draw_x_axis(double y) {
    for (const double tick : x_ticks_) {
      if (tick <= x_end_) text("x", x_of(tick), y + 16, fmt::format("{:g}", tick));
    }
    text("x", kLeft + kField / 2, y + 36, chart_.x_title);
  }

  const Chart& chart_;
  std::string svg_;
  std::vector<double> x_ticks_;
  double x_end_ = 1;
  double y_end_ = 1;  // of the current panel
  double bottom_ = 0;
};

}  // namespace

std::vector<double> ticks(double largest, unsigned count) {
  if (!(largest > 0)) return {0, 1};
  const double rough = largest / count;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {5, 2, 1}) {
    if (factor * power >= rough * (1 - 1e-9)) step = factor * power;
  }
  std::vector<double> all{0};
  while (all.back() < largest * (1 - 1e-9)) all.push_back(step * static_cast<double>(all.size()));
  return all;
}

std::string to_svg(const Chart& chart) { return Drawing(chart).draw(); }

}  // namespace tcpstack::simulator
