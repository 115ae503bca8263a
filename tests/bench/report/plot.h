// SPDX-License-Identifier: Apache-2.0
// The plot: all panels in one SVG, drawn by gnuplot.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/bench/report/panel.h"

namespace cutover::bench {

// What gnuplot is told.
std::string gnuplot_script(const std::vector<Panel>& panels, const std::string& output);
// Throws where gnuplot complains.
void draw(const std::vector<Panel>& panels, const std::filesystem::path& svg);

}  // namespace cutover::bench
