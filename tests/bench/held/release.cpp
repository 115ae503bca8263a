// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/held/release.h"

#include <algorithm>
#include <thread>

#include "tests/bench/statistics.h"

namespace cutover::bench {

using std::chrono::steady_clock;

double ms_since(steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(steady_clock::now() - begin).count();
}

void measure_hold(const std::function<std::vector<pid_t>()>& processes, const Usage& idle,
                  std::chrono::milliseconds hold, HeldFigures& figures) {
  std::this_thread::sleep_for(std::chrono::milliseconds(300));  // what came with their arrival
  const Usage before = usage_of(processes());
  std::this_thread::sleep_for(hold);
  const Usage after = usage_of(processes());
  const auto held = static_cast<double>(std::max<std::size_t>(figures.held, 1));
  figures.cpu_ms = after.cpu_ms - before.cpu_ms;
  figures.kilobytes = (before.kilobytes - idle.kilobytes) / held;
  figures.descriptors = (before.descriptors - idle.descriptors) / held;
}

void measure_answers(test::Crowd& crowd, const std::function<void()>& let_go,
                     HeldFigures& figures) {
  const auto released = steady_clock::now();
  let_go();
  crowd.read(1, std::chrono::seconds(60));
  figures.failed = crowd.size() - crowd.count(200, "new");
  std::vector<double> waited;
  for (std::size_t i = 0; i < crowd.size(); ++i)
    for (const test::Answer& answer : crowd.answers(i))
      waited.push_back(std::chrono::duration<double, std::milli>(answer.at - released).count());
  if (waited.empty()) return;
  const Spread spread = spread_of(waited);
  figures.first_ms = spread.low;
  figures.median_ms = spread.median;
  figures.last_ms = spread.high;
}

}  // namespace cutover::bench
