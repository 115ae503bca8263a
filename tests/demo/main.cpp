// SPDX-License-Identifier: Apache-2.0
// The demo's command line: a live site moves under load, and what went wrong is counted.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <map>
#include <string>

#include "tests/demo/playground.h"
#include "tests/demo/story.h"

int main(int argc, char** argv) {
  CLI::App app{
      "Moves a live site to a new host under load, on loopback, and counts what went wrong"};
  cutover::demo::StoryOptions options;
  bool up = false;
  bool down = false;
  app.add_option("--visitors", options.visitors, "how many visitors")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "how long they visit")
      ->check(CLI::Range(2, 600))
      ->capture_default_str();
  app.add_option("--rounds", options.rounds,
                 "so many switches, each with its rollback; 1: no way back")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_flag("--back", options.back, "a single switch has its rollback as well");
  const std::map<std::string, cutover::harness::Mpm> mpms = {
      {"event", cutover::harness::Mpm::kEvent},
      {"worker", cutover::harness::Mpm::kWorker},
      {"prefork", cutover::harness::Mpm::kPrefork}};
  app.add_option("--mpm", options.mpm, "event, worker or prefork, of both hosts on loopback")
      ->transform(CLI::Transformer(mpms));
  app.add_flag("--rehearse", options.rehearse, "a rehearsal before the first move");
  app.add_option("--stay", options.stay, "seconds on each side between two moves")
      ->check(CLI::Range(0.5, 600.0))
      ->capture_default_str();
  CLI::Option* site = app.add_option("--site", options.site,
                                     "a file that says how to reach a site that runs already")
                          ->check(CLI::ExistingFile);
  CLI::Option* by_file =
      app.add_flag("--by-file", options.by_file, "the databases replicate by file and position")
          ->excludes(site);
  CLI::Option* up_flag =
      app.add_flag("--up", up, "leave it running to play with")->excludes(site)->excludes(by_file);
  app.add_flag("--down", down, "end what --up started")->excludes(up_flag)->excludes(site);
  CLI11_PARSE(app, argc, argv);
  try {
    if (up) return cutover::demo::up(options.visitors);
    if (down) return cutover::demo::down();
    return cutover::demo::tell(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "demo: %s\n", error.what());
    return 1;
  }
}
