// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/held/held.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/harness/eventually.h"
#include "tests/httpd/crowd.h"
#include "tests/httpd/rig.h"

namespace cutover::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using test::Crowd;
using test::Rig;

double ms_since(steady_clock::time_point begin, steady_clock::time_point end) {
  return std::chrono::duration<double, std::milli>(end - begin).count();
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

test::RigOptions options_for(const HeldLoad& load) {
  test::RigOptions options;
  options.processes = load.children;
  options.threads = load.threads;
  options.server = "AsyncRequestWorkerFactor " +
                   std::to_string(2 * load.requests / (load.children * load.threads)) +
                   "\n<Location /server-status>\nSetHandler server-status\n</Location>";
  options.site = "CutoverHoldTimeout 50s\nCutoverHoldLimit " + std::to_string(load.requests) + "\n";
  return options;
}

// What the children of the old host take, all together.
struct Usage {
  double cpu_ms = 0;
  double kilobytes = 0;
  double descriptors = 0;
};

Usage usage_of(Rig& rig) {
  Usage sum;
  for (const pid_t pid : rig.old_host().children()) {
    const std::string proc = "/proc/" + std::to_string(pid);
    const std::string stat = harness::read_file(proc + "/stat");
    std::istringstream fields(stat.substr(stat.rfind(')') + 2));
    std::string field;
    for (int i = 3; i <= 15 && fields >> field; ++i)
      if (i >= 14)
        sum.cpu_ms += std::stod(field) * 1000 / static_cast<double>(::sysconf(_SC_CLK_TCK));
    long pages = 0;
    std::istringstream(harness::read_file(proc + "/statm")) >> pages >> pages;
    sum.kilobytes += static_cast<double>(pages * ::sysconf(_SC_PAGESIZE)) / 1024;
    const std::filesystem::directory_iterator all(proc + "/fd");
    sum.descriptors += static_cast<double>(std::distance(begin(all), end(all)));
  }
  return sum;
}

// Without the one that answers this.
long busy_threads(const Rig& rig) {
  const std::string status = rig.admin().get("/server-status?auto").body;
  const auto at = status.find("BusyWorkers: ");
  if (at == std::string::npos) throw std::runtime_error("no server-status");
  return std::stol(status.substr(at + 13)) - 1;
}

double page_once(const Rig& rig) {
  const auto begin = steady_clock::now();
  if (rig.admin().get("/cutover/status.json").status != 200)
    throw std::runtime_error("the status page does not answer");
  return ms_since(begin, steady_clock::now());
}

// Asks for the page again and again, on a thread of its own, until it is told to end.
class PageReader {
 public:
  explicit PageReader(const Rig& rig)
      : thread_([this, &rig] {
          while (!stopping_.load()) {
            longest_ = std::max(longest_, page_once(rig));
            std::this_thread::sleep_for(milliseconds(20));
          }
        }) {}
  double stop() {
    stopping_.store(true);
    thread_.join();
    return longest_;
  }

 private:
  std::atomic<bool> stopping_{false};
  double longest_ = 0;  // the thread's until it is joined
  std::thread thread_;
};

void measure_release(Rig& rig, Crowd& crowd, HeldFigures& figures) {
  PageReader page(rig);
  const auto released = steady_clock::now();
  rig.serve(Side::kNew);
  crowd.read(1, milliseconds(60000));
  figures.page_release_ms = page.stop();
  figures.failed = crowd.size() - crowd.count(200, "new");
  std::vector<double> waited;
  for (std::size_t i = 0; i < crowd.size(); ++i)
    for (const test::Answer& answer : crowd.answers(i))
      waited.push_back(ms_since(released, answer.at));
  if (waited.empty()) return;
  figures.first_ms = *std::min_element(waited.begin(), waited.end());
  figures.last_ms = *std::max_element(waited.begin(), waited.end());
  figures.median_ms = median(waited);
}

}  // namespace

HeldFigures hold_many(const HeldLoad& load) {
  HeldFigures figures;
  Rig rig(options_for(load));
  rig.start();
  rig.ask();
  const Usage idle = usage_of(rig);
  rig.hold(AtDeadline::kRefuse);
  Crowd crowd(rig.port(), load.requests, test::get_request("/who.txt"));
  const auto all_held = [&] {
    return rig.counts().held_now == static_cast<std::int64_t>(load.requests);
  };
  harness::eventually(all_held, std::chrono::seconds(30));
  figures.held = static_cast<std::size_t>(rig.counts().held_now);
  std::this_thread::sleep_for(milliseconds(300));

  const Usage before = usage_of(rig);
  std::this_thread::sleep_for(load.hold);
  const Usage after = usage_of(rig);
  const auto held = static_cast<double>(std::max<std::size_t>(figures.held, 1));
  figures.cpu_ms = after.cpu_ms - before.cpu_ms;
  figures.kilobytes = (before.kilobytes - idle.kilobytes) / held;
  figures.descriptors = (before.descriptors - idle.descriptors) / held;
  figures.busy_threads = busy_threads(rig);
  std::vector<double> page;
  for (int i = 0; i < 50; ++i) page.push_back(page_once(rig));
  figures.page_ms = median(page);
  figures.page_longest_ms = *std::max_element(page.begin(), page.end());

  measure_release(rig, crowd, figures);
  return figures;
}

}  // namespace cutover::bench
