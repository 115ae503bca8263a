// SPDX-License-Identifier: Apache-2.0
// Tells the story, and ends with its one line.
#include "tests/demo/story.h"

#include <cstdio>
#include <optional>
#include <sstream>

#include "tests/demo/progress.h"
#include "tests/demo/verdict.h"
#include "tests/harness/interrupt.h"
#include "tests/harness/problems.h"
#include "tests/harness/site.h"
#include "tests/harness/visitors.h"

namespace cutover::demo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kTick{100};
constexpr milliseconds kBetweenMoves{1500};

class Story {
 public:
  explicit Story(const StoryOptions& options)
      : options_(options), visitors_(visitors_of(options)), progress_(site_, visitors_) {}

  Verdict tell() {
    announce();
    visitors_.start();
    go_on(seconds(options_.seconds) / 2);
    if (command("preflight")) move_there_and_back();
    go_on(seconds(options_.seconds) / 2);
    progress_.end_line();
    return judge(site_, visitors_.stop(), moves_);
  }

 private:
  harness::VisitorsOptions visitors_of(const StoryOptions& options) const {
    harness::VisitorsOptions result;
    result.count = options.visitors;
    result.port = site_.port();
    return result;
  }

  void announce() {
    progress_.say("old host:  http://127.0.0.1:" + std::to_string(site_.port()) + "/  " +
                  harness::vendor_name(site_.old_database().vendor()) + " on port " +
                  std::to_string(site_.old_database().port()));
    progress_.say("new host:  http://127.0.0.1:" + std::to_string(site_.new_port()) + "/  " +
                  "its replica, on port " + std::to_string(site_.new_database().port()));
    progress_.say(std::to_string(options_.visitors) +
                  " visitors log in, read and write; one request in twenty takes 400 ms");
  }

  void go_on(milliseconds time) {
    auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
      progress_.tick();
      harness::sleep_or_interrupt(kTick);
    }
  }

  // Until one does not end well.
  void move_there_and_back() {
    for (const std::string& verb : verbs_of(options_.rounds)) {
      if (!moves_.empty()) go_on(kBetweenMoves);
      site_.await_gate();
      Move move{verb, harness::monotonic_ns()};
      if (!command(verb)) return;
      move.pause_ms = pause_of_last(site_);
      moves_.push_back(move);
    }
  }

  // Runs it while the visitors go on; false where it does not end with 0.
  bool command(const std::string& verb) {
    progress_.say("\n$ cutoverctl " + verb);
    harness::ProcessOptions options;
    options.argv = site_.cutoverctl_command({verb});
    options.output = site_.directory() / (verb + ".out");
    harness::Process process(options);
    while (process.running()) {
      progress_.tick();
      harness::sleep_or_interrupt(milliseconds(20));
    }
    std::istringstream lines(harness::read_file(options.output));
    for (std::string line; std::getline(lines, line);) progress_.say("  " + line);
    int code = process.wait(milliseconds(0)).value_or(-1);
    if (code != 0) progress_.say("  cutoverctl " + verb + " ended with " + std::to_string(code));
    progress_.say("");
    return code == 0;
  }

  StoryOptions options_;
  harness::Site site_;
  harness::Visitors visitors_;
  Progress progress_;
  std::vector<Move> moves_;
};

}  // namespace

int tell(const StoryOptions& options) {
  harness::block_interrupts();
  unsigned problems = 0;
  harness::on_problem([&problems](const std::string& problem) {
    ++problems;
    std::fprintf(stderr, "demo: %s\n", problem.c_str());
  });
  std::optional<Verdict> verdict;
  try {
    std::printf("Starting two hosts: a database, php-fpm and httpd each ...\n");
    std::fflush(stdout);
    // Ended before the last line is printed: what goes wrong while ending counts as well.
    verdict = Story(options).tell();
  } catch (const harness::Interrupted&) {
    std::printf("\ninterrupted; everything that was started is ended\n");
    return 130;
  }
  print_report(*verdict);
  std::printf("%s\n", last_line(*verdict).c_str());
  return verdict->good(verbs_of(options.rounds).size()) && problems == 0 ? 0 : 1;
}

}  // namespace cutover::demo
