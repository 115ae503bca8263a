// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/report/panel.h"

#include <algorithm>

namespace cutover::bench {

Panel bars(const Samples& samples, const Load& load, const std::string& metric,
           const std::string& title, const std::string& y_label) {
  Panel panel;
  panel.title = title;
  panel.y_label = y_label;
  panel.series.emplace_back();
  for (const std::string& way : samples.ways())
    if (samples.has(load, way, metric))
      panel.series[0].points.push_back({way, 0, samples.spread(load, way, metric)});
  return panel;
}

Panel lines(const Samples& samples, const std::string& setting, const std::string& metric,
            const std::string& title, const std::string& x_label, const std::string& y_label) {
  Panel panel;
  panel.title = title;
  panel.y_label = y_label;
  panel.x_label = x_label;
  panel.kind = Panel::Kind::kLines;
  for (const std::string& way : samples.ways()) {
    PanelSeries series{way, {}};
    for (const Load& load : samples.loads())
      if (load.setting == setting && samples.has(load, way, metric))
        series.points.push_back({"", load.x, samples.spread(load, way, metric)});
    std::sort(series.points.begin(), series.points.end(),
              [](const PanelPoint& a, const PanelPoint& b) { return a.x < b.x; });
    if (!series.points.empty()) panel.series.push_back(series);
  }
  return panel;
}

}  // namespace cutover::bench
