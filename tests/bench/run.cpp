// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/run.h"

#include <sys/utsname.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "tests/bench/report/csv.h"
#include "tests/bench/report/plot.h"
#include "tests/harness/interrupt.h"
#include "tests/harness/temp_dir.h"

namespace cutover::bench {
namespace {

// In this order in the last line; "-" for what was not measured.
constexpr const char* kLast[] = {"steady", "proxied", "pause_ms", "held", "held_failed"};

// What the parts have brought so far.
struct Report {
  std::string csv = csv_header();
  std::vector<Panel> panels;
  std::map<std::string, std::string> last;
  unsigned failures = 0;
};

std::string machine() {
  utsname system{};
  ::uname(&system);
  double load[1] = {0};
  ::getloadavg(load, 1);
  return std::to_string(std::thread::hardware_concurrency()) + " processors, " + system.sysname +
         " " + system.release + " " + system.machine + ", load average " + number(load[0], 1);
}

void fail(Report& report, const std::string& part, const std::string& why) {
  ++report.failures;
  std::fprintf(stderr, "bench: %s: %s\n", part.c_str(), why.c_str());
}

void take(Report& report, const Part& part, const Outcome& outcome) {
  for (const Table& table : outcome.tables) std::printf("\n%s", text_of(table).c_str());
  for (const std::string& promise : outcome.broken) fail(report, part.name, promise);
  report.csv += csv_of(part.name, outcome.samples);
  report.panels.insert(report.panels.end(), outcome.panels.begin(), outcome.panels.end());
  report.last.insert(outcome.last.begin(), outcome.last.end());
}

// A part that cannot be measured says nothing; the others go on.
void run_part(Report& report, const Part& part, const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  std::printf("\n== %s: %s\n", part.name, part.question);
  std::fflush(stdout);
  try {
    take(report, part, part.run(options));
  } catch (const harness::Interrupted&) {
    throw;
  } catch (const std::exception& error) {
    fail(report, part.name, std::string("not measured: ") + error.what());
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("\n%s took %.0f s\n", part.name, took.count());
}

void print_last_line(const Report& report) {
  std::string line = "bench:";
  for (const char* name : kLast) {
    const auto found = report.last.find(name);
    line += std::string(" ") + name + "=" + (found == report.last.end() ? "-" : found->second);
  }
  std::printf("%s\n", line.c_str());
}

}  // namespace

std::vector<Part> chosen(const std::vector<Part>& parts, const std::string& names) {
  if (names.empty()) return parts;
  std::vector<Part> found;
  std::istringstream list(names);
  for (std::string name; std::getline(list, name, ',');) {
    const std::size_t before = found.size();
    std::string known;
    for (const Part& part : parts) {
      known += std::string(known.empty() ? "" : ", ") + part.name;
      if (name == part.name) found.push_back(part);
    }
    if (found.size() == before)
      throw std::invalid_argument("there is no part " + name + "; there are " + known);
  }
  return found;
}

int run(const Run& run) {
  Report report;
  std::filesystem::create_directories(run.folder);
  std::printf("%s; %u rounds\n", machine().c_str(), run.options.rounds);
  try {
    for (const Part& part : run.parts) run_part(report, part, run.options);
  } catch (const harness::Interrupted&) {
    std::printf("\ninterrupted; everything that was started is ended\n");
    return 130;
  }
  harness::write_file(run.folder / "bench.csv", report.csv);
  if (!report.panels.empty()) draw(report.panels, run.folder / "bench.svg");
  std::printf("\n%s: every value; %s: the plot\n", (run.folder / "bench.csv").c_str(),
              (run.folder / "bench.svg").c_str());
  print_last_line(report);
  return report.failures == 0 ? 0 : 1;
}

}  // namespace cutover::bench
