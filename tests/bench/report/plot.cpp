// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/report/plot.h"

#include <algorithm>
#include <stdexcept>

#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"

namespace cutover::bench {
namespace {

constexpr std::size_t kColumns = 2;
constexpr std::size_t kWidth = 560;
constexpr std::size_t kHeight = 360;
// A logarithmic axis has no zero.
constexpr double kSmallestOnLog = 0.1;

std::string gnuplot_string(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) result += c == '"' || c == '\\' ? std::string("'") : std::string(1, c);
  return result + "\"";
}

// One series: place, label, median, low, high.
std::string data(const std::string& name, const Panel& panel, const PanelSeries& series) {
  std::string text = name + " << END\n";
  const auto y = [&](double value) {
    return std::to_string(panel.log_y ? std::max(value, kSmallestOnLog) : value);
  };
  for (std::size_t i = 0; i < series.points.size(); ++i) {
    const PanelPoint& p = series.points[i];
    const double x = panel.kind == Panel::Kind::kBars ? static_cast<double>(i) : p.x;
    text += std::to_string(x) + " " + gnuplot_string(p.label) + " " + y(p.y.median) + " " +
            y(p.y.low) + " " + y(p.y.high) + "\n";
  }
  return text + "END\n";
}

std::string curves(const Panel& panel, const std::string& prefix) {
  std::string text;
  for (std::size_t i = 0; i < panel.series.size(); ++i) {
    const std::string source = prefix + std::to_string(i);
    text += i == 0 ? "plot " : ", ";
    if (panel.kind == Panel::Kind::kBars)
      text += source + " using 1:3:xtic(2) with boxes lc " + std::to_string(i + 1) + " notitle, " +
              source + " using 1:4:(0):($5-$4) with vectors nohead lw 2 lc black notitle";
    else
      text += source + " using 1:3:4:5 with yerrorlines pt 7 ps 0.5 title " +
              gnuplot_string(panel.series[i].name);
  }
  return text + "\n";
}

std::string script_of(const Panel& panel, std::size_t number) {
  const std::string prefix = "$panel" + std::to_string(number) + "_";
  std::string text;
  for (std::size_t i = 0; i < panel.series.size(); ++i)
    text += data(prefix + std::to_string(i), panel, panel.series[i]);
  text += "reset\nset grid ytics\nset key left top\nset title " + gnuplot_string(panel.title) +
          "\nset xlabel " + gnuplot_string(panel.x_label) + "\nset ylabel " +
          gnuplot_string(panel.y_label) + "\n";
  if (panel.log_y) text += "set logscale y\n";
  if (panel.kind == Panel::Kind::kBars)
    text += "set style fill solid 0.5\nset boxwidth 0.6\nset xrange [-0.6:" +
            std::to_string(panel.series.at(0).points.size()) + ".0-0.4]\n" +
            (panel.log_y ? "" : "set yrange [0:*]\n");
  else
    text += std::string("set logscale x\n") + (panel.log_y ? "" : "set yrange [0:*]\n");
  return text + curves(panel, prefix);
}

}  // namespace

std::string gnuplot_script(const std::vector<Panel>& panels, const std::string& output) {
  const std::size_t rows = (panels.size() + kColumns - 1) / kColumns;
  std::string text = "set terminal svg noenhanced background 'white' font 'sans,12' size " +
                     std::to_string(kColumns * kWidth) + "," + std::to_string(rows * kHeight) +
                     "\nset output " + gnuplot_string(output) + "\nset multiplot layout " +
                     std::to_string(rows) + "," + std::to_string(kColumns) + "\n";
  for (std::size_t i = 0; i < panels.size(); ++i) text += script_of(panels[i], i);
  return text + "unset multiplot\n";
}

void draw(const std::vector<Panel>& panels, const std::filesystem::path& svg) {
  const harness::TempDir dir("plot");
  harness::write_file(dir / "script", gnuplot_script(panels, svg));
  const harness::Finished done = harness::run({"gnuplot", dir / "script"});
  if (done.exit_code != 0 || done.output.find("rror") != std::string::npos)
    throw std::runtime_error("gnuplot: " + done.output);
}

}  // namespace cutover::bench
