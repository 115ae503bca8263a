// SPDX-License-Identifier: Apache-2.0
// What is common to all ways of holding: the costs while it lasts, and the answers after it.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "tests/bench/held/held.h"
#include "tests/bench/held/usage.h"
#include "tests/httpd/crowd.h"

namespace cutover::bench {

double ms_since(std::chrono::steady_clock::time_point begin);

// Holds on for so long; `idle`: what the processes took before anybody was held.
void measure_hold(const std::function<std::vector<pid_t>()>& processes, const Usage& idle,
                  std::chrono::milliseconds hold, HeldFigures& figures);

// Lets them go, reads all answers, and counts those that are not 200 from new.
void measure_answers(test::Crowd& crowd, const std::function<void()>& let_go, HeldFigures& figures);

}  // namespace cutover::bench
