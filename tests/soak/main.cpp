// SPDX-License-Identifier: Apache-2.0
// The soak's command line.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "tests/soak/soak.h"

int main(int argc, char** argv) {
  CLI::App app{"Moves a live site there and back for a long time, and looks for what grows"};
  cutover::soak::SoakOptions options;
  auto period = options.period.count();
  auto think = options.think.count();
  app.add_option("--minutes", options.minutes, "how long")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  app.add_option("--period", period, "seconds from move to move")
      ->check(CLI::Range(4, 3600))
      ->capture_default_str();
  app.add_option("--visitors", options.visitors, "how many visitors")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  app.add_option("--think", think, "ms that a visitor waits between two requests, on average")
      ->check(CLI::Range(1, 60'000))
      ->capture_default_str();
  app.add_flag("--leak", options.leak, "httpd and coordinator leak on purpose: it must end with 1");
  CLI11_PARSE(app, argc, argv);
  options.period = std::chrono::seconds(period);
  options.think = std::chrono::milliseconds(think);
  try {
    return cutover::soak::soak(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "soak: %s\n", error.what());
    return 1;
  }
}
