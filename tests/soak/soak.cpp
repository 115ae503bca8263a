// SPDX-License-Identifier: Apache-2.0
// Moving, measuring, and the verdict.
#include "tests/soak/soak.h"

#include <cstdio>
#include <optional>

#include "tests/demo/verdict.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/interrupt.h"
#include "tests/harness/problems.h"
#include "tests/harness/visitors.h"
#include "tests/soak/figures.h"
#include "tests/soak/trend.h"

namespace cutover::soak {
namespace {

using Clock = std::chrono::steady_clock;
using demo::Move;

constexpr unsigned kThreads = 16;  // of each of httpd's two children
// Fewer than one child's threads: a child without an idle one closes connections that are kept
// alive, and a visitor who has just asked on one is not answered. All of them may be one child's.
constexpr unsigned kCrowd = 12;
constexpr std::chrono::seconds kWarmUp{20};
constexpr std::chrono::seconds kBetweenAttempts{2};

// Both ends of the product, each with a library that leaks whenever it does what it does often.
std::map<std::string, std::string> leaking(const std::filesystem::path& wrapper) {
  const std::string library = harness::product("leak.so");
  harness::write_file(wrapper,
                      "#!/bin/sh\nexport LD_PRELOAD='" + library + "'\nexec '" +
                          harness::product("cutoverd").string() + "' \"$@\"\n",
                      0755);
  return {{"CUTOVER_CUTOVERD", wrapper}, {"LD_PRELOAD", library}};
}

class Soak {
 public:
  explicit Soak(const SoakOptions& options)
      : options_(options),
        site_(site_options(options)),
        visitors_(visitors_of(options)),
        sampler_(site_) {}

  demo::Verdict run() {
    std::printf("%zu moves, one in %lld s; %u visitors on %s\n", moves_wanted(),
                static_cast<long long>(options_.period.count()), options_.visitors,
                harness::vendor_name(site_.old_database().vendor()));
    warm_up();
    visitors_.start();
    for (auto next = Clock::now() + options_.period; figures_.size() < moves_wanted();
         next += options_.period) {
      wait_until(next);
      // Before the move, when the one before is long over.
      figures_.push_back(sampler_.take());
      move(next + options_.period / 2);
      print_line();
    }
    wait_until(Clock::now() + options_.period / 2);
    met_.add(visitors_.stop());
    return demo::judge(site_.access(), met_, moves_);
  }

  std::size_t moves_wanted() const {
    return options_.minutes * 60 / static_cast<std::size_t>(options_.period.count());
  }
  const std::vector<Figures>& figures() const { return figures_; }
  std::size_t refused() const { return refused_; }

 private:
  harness::SiteOptions site_options(const SoakOptions& options) const {
    harness::SiteOptions result;
    // A machine that is busy for a moment is not what is looked for here.
    result.site_settings =
        "CutoverDrainTimeout 5s\nCutoverFenceTimeout 3s\nCutoverCatchUpTimeout 5s\n"
        "CutoverHoldTimeout 20s\n";
    // A thread takes memory of its own with the first requests that it serves: few are soon warm.
    result.threads = kThreads;
    if (options.leak) result.old_environment = leaking(dir_ / "cutoverd");
    // With one arena for all threads memory is full when all that is used at once has been used;
    // with one for each thread that takes hours.
    result.old_environment.emplace("MALLOC_ARENA_MAX", "1");
    return result;
  }

  harness::VisitorsOptions visitors_of(const SoakOptions& options) const {
    harness::VisitorsOptions result;
    result.count = options.visitors;
    result.think = options.think;
    result.port = site_.port();
    return result;
  }

  static void wait_until(Clock::time_point when) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(when - Clock::now());
    if (left.count() > 0) harness::sleep_or_interrupt(left);
  }

  // Every thread has served, and both ways were gone, before anything is measured.
  void warm_up() {
    harness::VisitorsOptions crowd = visitors_of(options_);
    crowd.count = kCrowd;
    crowd.think = std::chrono::milliseconds(1);
    crowd.name = "guest";
    harness::Visitors guests(crowd);
    guests.start();
    for (int i = 0; i < 2; ++i) {
      wait_until(Clock::now() + kWarmUp);
      move(Clock::now() + kWarmUp);
    }
    wait_until(Clock::now() + kWarmUp);
    met_ = guests.stop();
    moves_.clear();
  }

  // A busy machine may have a move refused, which changes nothing: it is asked for again.
  void move(Clock::time_point give_up) {
    const std::string verb = site_.side() == "old" ? "switch" : "rollback";
    do {
      site_.await_gate();
      Move move{verb, harness::monotonic_ns()};
      const harness::Finished done = site_.cutoverctl({verb});
      if (done.exit_code == 0) {
        move.pause_ms = demo::pause_of_last(site_.access());
        moves_.push_back(move);
        return;
      }
      ++refused_;
      std::printf("%s ended with %d: %s\n", verb.c_str(), done.exit_code, done.output.c_str());
      wait_until(Clock::now() + kBetweenAttempts);
    } while (Clock::now() < give_up);
  }

  void print_line() const {
    const Move& last = moves_.empty() ? Move{"none"} : moves_.back();
    std::printf("%4zu %-8s pause %5.1f ms  requests %llu failed %llu ", figures_.size(),
                last.verb.c_str(), last.pause_ms,
                static_cast<unsigned long long>(visitors_.requests()),
                static_cast<unsigned long long>(visitors_.failed()));
    constexpr const char* kHeads[] = {" | kB", " | descriptors", " | threads", " | slots"};
    std::optional<Group> group;
    for (std::size_t i = 0; i < kQuantities.size(); ++i) {
      if (group != kQuantities[i].group)
        std::printf("%s", kHeads[static_cast<std::size_t>(kQuantities[i].group)]);
      group = kQuantities[i].group;
      std::printf(" %.0f", figures_.back()[i]);
    }
    std::printf("\n");
    std::fflush(stdout);
  }

  const SoakOptions options_;
  harness::TempDir dir_{"soak"};
  harness::Site site_;
  harness::Visitors visitors_;
  Sampler sampler_;
  harness::Experience met_;
  std::size_t refused_ = 0;
  std::vector<Move> moves_;  // that went well
  std::vector<Figures> figures_;
};

struct Growth {
  bool any = false;
  std::array<double, 4> by_group{};
};

Growth print_trends(const std::vector<Figures>& figures) {
  Growth growth;
  std::printf("\n%-30s %9s %9s %12s %8s %8s\n", "after a third of warm-up", "first", "last",
              "per move", "+-", "bound");
  for (std::size_t i = 0; i < kQuantities.size(); ++i) {
    std::vector<double> values;
    for (const Figures& each : figures) values.push_back(each[i]);
    const Trend trend = trend_of(values);
    const bool grows = trend.grows(kQuantities[i].bound);
    growth.any = growth.any || grows;
    growth.by_group[static_cast<std::size_t>(kQuantities[i].group)] += trend.growth;
    std::printf("%-30s %9.0f %9.0f %+12.3f %8.3f %8.2f%s\n", kQuantities[i].name, trend.first,
                trend.last, trend.per_move, 2 * trend.error, kQuantities[i].bound,
                !trend.known ? "  TOO SHORT TO TELL" : (grows ? "  GROWS" : ""));
  }
  return growth;
}

}  // namespace

int soak(const SoakOptions& options) {
  harness::block_interrupts();
  unsigned problems = 0;
  harness::on_problem([&problems](const std::string& problem) {
    ++problems;
    std::fprintf(stderr, "soak: %s\n", problem.c_str());
  });
  std::optional<demo::Verdict> verdict;
  std::vector<Figures> figures;
  std::size_t wanted = 0;
  std::size_t refused = 0;
  try {
    Soak soak(options);
    wanted = soak.moves_wanted();
    verdict = soak.run();
    figures = soak.figures();
    refused = soak.refused();
  } catch (const harness::Interrupted&) {
    std::printf("\ninterrupted; everything that was started is ended\n");
    return 130;
  }
  print_report(*verdict);
  const Growth growth = print_trends(figures);
  std::printf(
      "soak: moves=%zu moves_failed=%zu refused=%zu failed=%llu lost=%llu duplicated=%llu "
      "logged_out=%llu "
      "overlap_ms=%.0f rss_growth=%.0fkB descriptors_growth=%.1f threads_growth=%.1f "
      "slots_growth=%.1f\n",
      verdict->moves.size(), wanted - verdict->moves.size(), refused,
      static_cast<unsigned long long>(verdict->experience.failed),
      static_cast<unsigned long long>(verdict->reckoning.lost),
      static_cast<unsigned long long>(verdict->reckoning.duplicated),
      static_cast<unsigned long long>(verdict->experience.logged_out), verdict->overlap.value_or(0),
      growth.by_group[0], growth.by_group[1], growth.by_group[2], growth.by_group[3]);
  return verdict->good(wanted) && !growth.any && problems == 0 ? 0 : 1;
}

}  // namespace cutover::soak
