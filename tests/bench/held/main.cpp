// SPDX-License-Identifier: Apache-2.0
// Holds many requests for a while, lets them go, and prints what it took.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "tests/bench/held/held.h"

int main(int argc, char** argv) {
  using namespace cutover::bench;
  CLI::App app{"How many requests can be held, and what it costs"};
  HeldLoad load;
  long seconds = 5;
  app.add_option("--requests", load.requests, "held at once")->capture_default_str();
  app.add_option("--children", load.children, "of httpd")->capture_default_str();
  app.add_option("--threads", load.threads, "of each child")->capture_default_str();
  app.add_option("--seconds", seconds, "length of the hold")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  load.hold = std::chrono::seconds(seconds);

  const HeldFigures f = hold_many(load);
  std::printf("%zu requests on %u x %u threads, held for %ld s\n", load.requests, load.children,
              load.threads, seconds);
  std::printf("  held at once       %10zu\n", f.held);
  std::printf("  not 200 from new   %10zu\n", f.failed);
  std::printf("  worker threads     %10ld\n", f.busy_threads);
  std::printf("  CPU while held     %10.0f ms\n", f.cpu_ms);
  std::printf("  memory, each       %10.1f KB\n", f.kilobytes);
  std::printf("  descriptors, each  %10.2f\n", f.descriptors);
  std::printf("  first answer       %10.1f ms after the word\n", f.first_ms);
  std::printf("  median answer      %10.1f ms\n", f.median_ms);
  std::printf("  last answer        %10.1f ms\n", f.last_ms);
  std::printf("  page, median       %10.1f ms while held\n", f.page_ms);
  std::printf("  page, longest      %10.1f ms while held\n", f.page_longest_ms);
  std::printf("  page, longest      %10.1f ms while they are let go\n", f.page_release_ms);
  std::printf("held: held=%zu held_failed=%zu\n", f.held, f.failed);
  return f.failed == 0 && f.held == load.requests ? 0 : 1;
}
