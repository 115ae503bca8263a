// SPDX-License-Identifier: Apache-2.0
// Whether a figure grows with the moves, by a line through what was measured after the warm-up.
#pragma once

#include <vector>

namespace cutover::soak {

struct Trend {
  double first = 0;
  double last = 0;
  double per_move = 0;  // the line's slope
  double error = 0;     // its standard error
  double growth = 0;    // by the line, from the end of the warm-up to the end
  bool known = false;   // there was enough to draw a line through

  // Surely more than so much for each move; and what is not known is not fine.
  bool grows(double bound) const { return !known || per_move - 2 * error > bound; }
};

// One value for each move. Of a switch and its rollback the mean counts: the two sides differ.
Trend trend_of(const std::vector<double>& values);

}  // namespace cutover::soak
