// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/table.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace cutover::faults {
namespace {

constexpr std::array<const char*, 7> kWords = {
    "done",     "aborted",  "finished by the successor", "undone by the successor", "given up",
    "in doubt", "VIOLATION"};
constexpr std::array<const char*, 7> kLetters = {"d", "a", "f", "u", "g", "?", "V"};

std::string letters(const std::vector<Report>& reports, const Blow& blow) {
  std::string found;
  for (const Report& report : reports) {
    const std::string letter = kLetters[static_cast<std::size_t>(report.ending)];
    Blow struck = report.blow;
    struck.proof = blow.proof;
    if (struck == blow && found.find(letter) == std::string::npos) found += letter;
  }
  return found;
}

std::string cell(const std::vector<Report>& reports, const Pairing& pairing, Step step) {
  const std::string there = letters(reports, {pairing.victim, pairing.fault, step, false});
  const std::string back = letters(reports, {pairing.victim, pairing.fault, step, true});
  if (there.empty() && back.empty()) return "";
  return (there.empty() ? "·" : there) + " " + (back.empty() ? "·" : back);
}

std::vector<Step> steps_of(const std::vector<Report>& reports) {
  std::vector<Step> met;
  for (std::size_t step = 0; step < kSteps; ++step)
    if (std::any_of(reports.begin(), reports.end(), [&](const Report& report) {
          return report.blow.step == static_cast<Step>(step);
        }))
      met.push_back(static_cast<Step>(step));
  return met;
}

// "what after 3 ms in the median, 20 ms at most (300 times)"; nothing where there were none.
std::string spread(const std::string& what, std::vector<milliseconds::rep> times) {
  if (times.empty()) return {};
  std::sort(times.begin(), times.end());
  return what + " after " + std::to_string(times[times.size() / 2]) + " ms in the median, " +
         std::to_string(times.back()) + " ms at most (" + std::to_string(times.size()) +
         " times)\n";
}

}  // namespace

std::string line(const Report& report) {
  char seconds[16];
  std::snprintf(seconds, sizeof seconds, "%5.1f s  ", report.seconds);
  std::string words =
      seconds + text(report.blow) + ": " + kWords[static_cast<std::size_t>(report.ending)];
  if (report.serving_after)
    words += ", " + std::to_string(report.serving_after->count()) + " ms after httpd's start";
  for (const std::string& violation : report.violations) words += "\n         " + violation;
  if (!report.doubt.empty()) words += "\n         " + report.doubt;
  return words;
}

std::string times(const std::vector<Report>& reports) {
  std::vector<milliseconds::rep> served;
  std::vector<milliseconds::rep> first;
  std::vector<milliseconds::rep> last;
  for (const Report& report : reports) {
    if (report.serving_after) served.push_back(report.serving_after->count());
    if (report.released) first.push_back(report.released->first.count());
    if (report.released) last.push_back(report.released->last.count());
  }
  return spread("httpd started again: served", served) +
         spread("decided: the first held request goes on", first) +
         spread("decided: the last held request goes on", last);
}

std::string table(const std::vector<Report>& reports) {
  std::string text = "| struck | fault |";
  std::string rule = "|---|---|";
  const std::vector<Step> met = steps_of(reports);
  for (const Step step : met) {
    text += std::string(" ") + name(step) + " |";
    rule += "---|";
  }
  text += "\n" + rule + "\n";
  for (const Pairing& pairing : pairings()) {
    std::string cells;
    bool any = false;
    for (const Step step : met) {
      const std::string one = cell(reports, pairing, step);
      any = any || !one.empty();
      cells += " " + one + " |";
    }
    if (any)
      text += std::string("| ") + name(pairing.victim) + " | " + name(pairing.fault) + " |" +
              cells + "\n";
  }
  return text +
         "\nswitch and rollback: d done, a aborted or refused, f finished by the successor, u "
         "undone by it, g one database given up by a person, ? in doubt, V violation\n";
}

}  // namespace cutover::faults
