// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/scale/one_switch.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <string>

#include "mod_cutover/wire/json.h"
#include "tests/bench/drained_switch.h"
#include "tests/bench/flip/passages.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/httpd/crowd.h"
#include "tests/httpd/rig.h"

namespace cutover::bench {
namespace {

using std::chrono::seconds;
using test::Rig;

test::RigOptions options_of(const Dimensions& d) {
  test::RigOptions options;
  options.coordinator = true;
  options.processes = static_cast<unsigned>(d.children);
  options.threads = static_cast<unsigned>(d.threads);
  options.site =
      "CutoverDrainTimeout 20s\nCutoverQuietTimeout 0\nCutoverHoldTimeout 40s\nCutoverHoldLimit " +
      std::to_string(d.held) + "\n";
  options.access_log = false;
  options.server = "AsyncRequestWorkerFactor " +
                   std::to_string(2 * d.held / (d.threads * d.children) + 2) +
                   "\nLoadModule probe_module \"" + harness::product("probe.so").string() +
                   "\"\nCustomLog gate.log \"%P %{tid}P %{gate-before}n %{gate-after}n "
                   "%{cutover-side}n\"\n";
  for (std::size_t i = 1; i < d.sites; ++i)
    options.server += "<CutoverSite site" + std::to_string(i) +
                      ">\nCutoverNewHost http://127.0.0.1:9\n</CutoverSite>\n";
  return options;
}

double release_ms(Rig& rig, std::size_t held) {
  std::vector<std::int64_t> through;
  const auto all_logged = [&] {
    through.clear();
    std::ifstream log(rig.old_host().directory() / "gate.log");
    for (const Passage& p : read_passages(log))
      if (p.side == Side::kNew) through.push_back(p.after_ns);
    return through.size() == held;
  };
  await("all in the log",
        harness::eventually(all_logged, seconds(10), std::chrono::milliseconds(50)));
  const auto [first, last] = std::minmax_element(through.begin(), through.end());
  return static_cast<double>(*last - *first) / 1e6;
}

}  // namespace

SwitchCost switch_once(const Dimensions& d) {
  Rig rig(options_of(d));
  rig.start();
  await_gate(rig);
  DrainedSwitch run(rig, rig.port());
  test::Crowd crowd(rig.port(), d.held, test::get_request("/who.txt"));
  await("all held", rig.eventually_held(static_cast<std::int64_t>(d.held)));
  run.end_drain();
  crowd.read(1);
  run.await_end();
  if (crowd.count(200, "new") != d.held)
    throw std::runtime_error(std::to_string(crowd.count(200, "new")) + " of " +
                             std::to_string(d.held) + " were answered by new");
  return {status_of(rig).at("last").at("pause_ms").get<double>(), release_ms(rig, d.held)};
}

}  // namespace cutover::bench
