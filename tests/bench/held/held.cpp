// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/held/held.h"

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/bench/held/release.h"
#include "tests/bench/statistics.h"
#include "tests/harness/eventually.h"
#include "tests/httpd/crowd.h"
#include "tests/httpd/rig.h"

namespace cutover::bench {
namespace {

using std::chrono::milliseconds;
using test::Crowd;
using test::Rig;

test::RigOptions options_for(const HeldLoad& load) {
  test::RigOptions options;
  options.processes = load.children;
  options.threads = load.threads;
  options.access_log = false;
  options.server = "AsyncRequestWorkerFactor " + std::to_string(load.requests / load.children) +
                   "\n<Location /server-status>\nSetHandler server-status\n</Location>";
  options.site = "CutoverHoldTimeout 50s\nCutoverHoldLimit " + std::to_string(load.requests) + "\n";
  return options;
}

// Without the one that answers this.
long busy_threads(const Rig& rig) {
  const std::string status = rig.admin().get("/server-status?auto").body;
  const auto at = status.find("BusyWorkers: ");
  if (at == std::string::npos) throw std::runtime_error("no server-status");
  return std::stol(status.substr(at + 13)) - 1;
}

double page_once(const Rig& rig) {
  const auto begin = std::chrono::steady_clock::now();
  if (rig.admin().get("/cutover/status.json").status != 200)
    throw std::runtime_error("the status page does not answer");
  return ms_since(begin);
}

// Asks for the page again and again, on a thread of its own, until it is told to end.
class PageReader {
 public:
  explicit PageReader(const Rig& rig)
      : thread_([this, &rig] {
          while (!stopping_.load()) {
            took_.push_back(page_once(rig));
            std::this_thread::sleep_for(milliseconds(20));
          }
        }) {}
  const std::vector<double>& stop() {
    stopping_.store(true);
    thread_.join();
    return took_;
  }

 private:
  std::atomic<bool> stopping_{false};
  std::vector<double> took_;  // the thread's until it is joined
  std::thread thread_;
};

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
