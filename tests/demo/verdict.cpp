// SPDX-License-Identifier: Apache-2.0
// Counting, and the report in words.
#include "tests/demo/verdict.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <sstream>

#include "tests/harness/host_times.h"
#include "tests/harness/temp_dir.h"

namespace cutover::demo {
namespace {

using nlohmann::json;

// How long requests were held is the last figure of each line of the access log; "-" where it was
// not.
double longest_hold(const std::string& access_log) {
  double longest = 0;
  std::istringstream lines(access_log);
  for (std::string line; std::getline(lines, line);) {
    std::string held = line.substr(line.rfind(' ') + 1);
    if (held != "-") longest = std::max(longest, std::atof(held.c_str()));
  }
  return longest;
}

long long rounded_up(double value) {
  auto result = static_cast<long long>(std::ceil(value));
  return result == 0 ? 0 : result;
}

unsigned long long number(std::uint64_t value) { return value; }

void print_phases(const Verdict& verdict) {
  std::printf("\nWhere the %spause went\n", verdict.moves.size() > 1 ? "last " : "");
  double total = 0;
  for (const json& phase : verdict.last.value("phases", json::array())) {
    double ms = phase.value("ms", 0.0);
    std::string name = phase.value("name", "?");
    total += ms;
    std::printf("  %-12s %8.1f ms%s\n", name.c_str(), ms,
                name == "quieting"
                    ? "   the slow requests that were being served; all others went on"
                : name == "draining" ? "   the last requests that were being served"
                                     : "");
  }
  std::printf("  %-12s %8.1f ms\n", "together", total);
  std::printf("  The module adds %.1f ms: from the end of the drain until held requests went on.\n",
              verdict.last.value("pause_ms", 0.0));
  if (verdict.overlap) {
    std::printf(
        "  By the hosts' own clock, from the last request that ended on the host that was left\n"
        "  to the first that began on the other: %.1f ms in which neither served%s.\n",
        -*verdict.overlap, verdict.moves.size() > 1 ? ", at least" : "");
  }
}

void print_moves(const std::vector<Move>& moves) {
  std::printf("\n%zu moves; the module's pause in each, ms:", moves.size());
  for (const Move& move : moves) std::printf(" %.1f", move.pause_ms);
  std::printf("\n");
}

}  // namespace

bool Verdict::counts_are_zero() const {
  return experience.failed == 0 && experience.logged_out == 0 && reckoning.lost == 0 &&
         reckoning.duplicated == 0;
}

bool Verdict::good(std::size_t moves_wanted) const {
  return counts_are_zero() && moves.size() == moves_wanted && databases.equal() &&
         side == (moves_wanted % 2 == 1 ? "new" : "old") && overlap && *overlap <= 0;
}

Verdict judge(const harness::SiteAccess& site, const harness::Experience& experience,
              std::vector<Move> moves) {
  Verdict verdict;
  verdict.experience = experience;
  verdict.moves = std::move(moves);
  json status = site.status();
  verdict.side = status.value("side", "?");
  verdict.last = status.value("last", json());
  harness::SqlConnection connection(verdict.side == "new" ? site.new_database : site.old_database);
  verdict.reckoning = harness::reckon(experience, connection);
  verdict.overlap = worst_overlap(verdict.moves, harness::read_host_log(site.old_host_log),
                                  harness::read_host_log(site.new_host_log));
  verdict.databases = compare_databases(site);
  verdict.longest_hold_ms = longest_hold(harness::read_file(site.access_log));
  return verdict;
}

void print_report(const Verdict& verdict) {
  const harness::Experience& seen = verdict.experience;
  std::printf("\nThe count\n  %llu requests, %llu failed; visitors logged out: %llu\n",
              number(seen.requests), number(seen.failed), number(seen.logged_out));
  for (const std::string& failure : seen.failures) std::printf("    %s\n", failure.c_str());
  std::printf(
      "  %llu writes acknowledged; in the %s host's database: %llu entries, %llu of the\n"
      "  acknowledged ones lost, %llu there more than once, %llu made though not acknowledged\n",
      number(seen.acknowledged.size()), verdict.side.c_str(), number(verdict.reckoning.stored),
      number(verdict.reckoning.lost), number(verdict.reckoning.duplicated),
      number(verdict.reckoning.unseen));
  if (verdict.last.is_object()) print_phases(verdict);
  if (verdict.moves.size() > 1) print_moves(verdict.moves);
  print(verdict.databases);
  std::printf("\nThe visitors' longest wait was %lld ms; the longest that one was held, %.0f ms.\n",
              static_cast<long long>(seen.longest_wait.count()), verdict.longest_hold_ms);
}

std::string last_line(const Verdict& verdict) {
  char line[200];
  std::snprintf(
      line, sizeof line,
      "demo: failed=%llu lost=%llu duplicated=%llu logged_out=%llu overlap_ms=%lld pause_ms=%lld",
      number(verdict.experience.failed), number(verdict.reckoning.lost),
      number(verdict.reckoning.duplicated), number(verdict.experience.logged_out),
      rounded_up(verdict.overlap.value_or(0)), rounded_up(median_pause(verdict.moves)));
  return line;
}

}  // namespace cutover::demo
