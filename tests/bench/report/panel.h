// SPDX-License-Identifier: Apache-2.0
// One of the drawings of the plot: bars for ways, or a line for each way over what grows.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/samples.h"

namespace cutover::bench {

struct PanelPoint {
  std::string label;  // of a bar
  double x = 0;       // of a point on a line
  Spread y;
};

struct PanelSeries {
  std::string name;
  std::vector<PanelPoint> points;
};

struct Panel {
  enum class Kind { kBars, kLines };

  std::string title;
  std::string y_label;
  std::string x_label;
  Kind kind = Kind::kBars;
  bool log_y = false;  // a line's x is always logarithmic
  std::vector<PanelSeries> series;
};

// A bar for each way under this load.
Panel bars(const Samples& samples, const Load& load, const std::string& metric,
           const std::string& title, const std::string& y_label);
// A line for each way over the x of this setting.
Panel lines(const Samples& samples, const std::string& setting, const std::string& metric,
            const std::string& title, const std::string& x_label, const std::string& y_label);

}  // namespace cutover::bench
