// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/held/held.h"

#include <algorithm>
#include <vector>

#include "tests/bench/held/page_reader.h"
#include "tests/bench/held/release.h"
#include "tests/bench/statistics.h"
#include "tests/harness/eventually.h"
#include "tests/httpd/crowd.h"
#include "tests/httpd/rig.h"

namespace cutover::bench {
namespace {

using test::Crowd;
using test::Rig;

test::RigOptions options_for(const HeldLoad& load) {
  test::RigOptions options;
  options.processes = load.children;
  options.threads = load.threads;
  options.access_log = false;
  options.server = "AsyncRequestWorkerFactor " + std::to_string(load.requests / load.children) +
                   "\n" + kServerStatus;
  options.site = "CutoverHoldTimeout 50s\nCutoverHoldLimit " + std::to_string(load.requests) + "\n";
  return options;
}

}  // namespace

HeldFigures hold_many(const HeldLoad& load) {
  HeldFigures figures;
  Rig rig(options_for(load));
  rig.start();
  rig.ask();
  const auto children = [&rig] { return rig.old_host().children(); };
  const Usage idle = usage_of(children());
  rig.hold(AtDeadline::kRefuse);
  Crowd crowd(rig.port(), load.requests, test::get_request("/who.txt"));
  const auto all_held = [&] {
    return rig.counts().held_now == static_cast<std::int64_t>(load.requests);
  };
  harness::eventually(all_held, std::chrono::seconds(30));
  figures.held = static_cast<std::size_t>(rig.counts().held_now);

  measure_hold(children, idle, load.hold, figures);
  figures.busy_threads = busy_threads(rig);
  std::vector<double> page;
  for (int i = 0; i < 50; ++i) page.push_back(page_once(rig));
  figures.page_ms = median(page);
  figures.page_longest_ms = *std::max_element(page.begin(), page.end());

  PageReader reader(rig);
  measure_answers(
      crowd, [&rig] { rig.serve(Side::kNew); }, figures);
  const Spread looks = spread_of(reader.stop());
  figures.page_release_ms = looks.median;
  figures.page_release_longest_ms = looks.high;
  return figures;
}

}  // namespace cutover::bench
