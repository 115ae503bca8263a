// SPDX-License-Identifier: Apache-2.0
// The benchmark: what the module costs and does, beside what an administrator would use instead.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>

#include "tests/bench/run.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/interrupt.h"
#include "tests/harness/problems.h"

namespace {

// Ten thousand visitors are as many descriptors here, and twice as many in httpd's children, which
// inherit the limit. Where it cannot be raised, the part that needs it says so.
void allow_many_descriptors() {
  constexpr rlim_t kWanted = 32768;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlimit more{std::max(limit.rlim_cur, kWanted), std::max(limit.rlim_max, kWanted)};
  if (::setrlimit(RLIMIT_NOFILE, &more) == 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace cutover;
  CLI::App app{"Measures mod_cutover beside what would be used instead of it"};
  bench::Run run;
  std::string only;
  run.folder = harness::build_dir() / "bench";
  app.add_option("--rounds", run.options.rounds, "runs of each comparison")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  app.add_option("--seconds", run.options.seconds, "length of a burst of load")
      ->check(CLI::Range(1, 60))
      ->capture_default_str();
  app.add_option("--only", only, "parts, with commas between them; all where there is none");
  app.add_option("--folder", run.folder, "for the CSV and the plot")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  allow_many_descriptors();
  harness::block_interrupts();
  bool problems = false;
  harness::on_problem([&problems](const std::string& problem) {
    problems = true;
    std::fprintf(stderr, "bench: %s\n", problem.c_str());
  });
  try {
    run.parts = bench::chosen(bench::all_parts(), only);
    const int result = bench::run(run);
    return problems ? 1 : result;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 1;
  }
}
