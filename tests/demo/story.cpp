// SPDX-License-Identifier: Apache-2.0
// Tells the story, and ends with its one line.
#include "tests/demo/story.h"

#include <cmath>
#include <cstdio>
#include <ctime>
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

class Story {
 public:
  Story(const StoryOptions& options, harness::SiteAccess site)
      : options_(options),
        site_(std::move(site)),
        visitors_(visitors_of(options)),
        progress_(site_, visitors_) {}

  Verdict tell() {
    announce();
    visitors_.start();
    go_on(seconds(options_.seconds) / 2);
    if (command("preflight") && (!options_.rehearse || rehearsed())) move_there_and_back();
    go_on(seconds(options_.seconds) / 2);
    progress_.end_line();
    return judge(site_, visitors_.stop(), moves_);
  }

 private:
  harness::VisitorsOptions visitors_of(const StoryOptions& options) const {
    harness::VisitorsOptions result;
    result.count = options.visitors;
    result.address = site_.visitors.address;
    result.port = site_.visitors.port;
    // A site that runs already may know those of an earlier story.
    result.name = "visitor" + std::to_string(std::time(nullptr)) + "-";
    return result;
  }

  void announce() {
    auto database = [](const harness::SqlLogin& login) {
      return harness::Endpoint{login.address, login.port}.text();
    };
    progress_.say("old host:  http://" + site_.visitors.text() + "/  " +
                  harness::vendor_name(site_.vendor) + " on " + database(site_.old_database));
    progress_.say("new host:  http://" + site_.new_host.text() + "/  its replica, on " +
                  database(site_.new_database));
    progress_.say(std::to_string(options_.visitors) +
                  " visitors log in, read and write; one request in twenty takes 400 ms");
  }

  // What a busy machine refuses (the replica is not there within its second) is asked for again.
  bool rehearsed() {
    for (int i = 0; i < 3; ++i)
      if (command("rehearse")) return true;
    return false;
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
    for (const std::string& verb : verbs_of(options_.rounds, options_.back)) {
      if (!moves_.empty()) go_on(milliseconds(std::llround(1000 * options_.stay)));
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
    options.argv = site_.cutoverctl;
    options.argv.push_back(verb);
    options.output = output_.path() / verb;
    harness::write_file(options.output, "");
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
  harness::SiteAccess site_;
  harness::TempDir output_{"demo"};
  harness::Visitors visitors_;
  Progress progress_;
  std::vector<Move> moves_;
};

// Its hosts are ended before the last line is printed: what goes wrong while ending counts as well.
Verdict tell_on_loopback(const StoryOptions& options) {
  std::printf("Starting two hosts: a database, php-fpm and httpd each ...\n");
  std::fflush(stdout);
  harness::SiteOptions settings = harness::durable_site();
  settings.mpm = options.mpm;
  // As many sites have one: mod_proxy then knows another worker beside the new host's.
  settings.vhost_settings = "ProxyPass /elsewhere http://127.0.0.1:9/";
  const harness::Site site(options.by_file ? harness::by_file(settings) : settings);
  return Story(options, site.access()).tell();
}

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
    verdict = options.site.empty() ? tell_on_loopback(options)
                                   : Story(options, harness::read_site_access(options.site)).tell();
  } catch (const harness::Interrupted&) {
    std::printf("\ninterrupted; everything that was started is ended\n");
    return 130;
  }
  print_report(*verdict);
  std::printf("%s\n", last_line(*verdict).c_str());
  return verdict->good(verbs_of(options.rounds, options.back).size()) && problems == 0 ? 0 : 1;
}

}  // namespace cutover::demo
