// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverctl/preflight_view.h"

#include <algorithm>
#include <iostream>
#include <tuple>

#include "shared/words/check_groups.h"

namespace cutover {
namespace {

constexpr std::size_t kNameAt = 9;

CheckVerdict verdict_named(const std::string& text) {
  if (text == name(CheckVerdict::kPass)) return CheckVerdict::kPass;
  if (text == name(CheckVerdict::kWarn)) return CheckVerdict::kWarn;
  return CheckVerdict::kBlock;
}

Colour colour_of(CheckVerdict verdict) {
  if (verdict == CheckVerdict::kPass) return Colour::kGood;
  return verdict == CheckVerdict::kWarn ? Colour::kCare : Colour::kBad;
}

std::size_t count(const std::vector<Check>& checks, CheckVerdict verdict) {
  return static_cast<std::size_t>(std::count_if(
      checks.begin(), checks.end(), [&](const Check& check) { return check.verdict == verdict; }));
}

std::string counted(std::size_t n, const char* one, const char* many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

// Among fifty rows nobody finds the one that matters.
std::string named(const std::vector<Check>& checks, CheckVerdict verdict) {
  std::string names;
  for (const Check& check : checks)
    if (check.verdict == verdict) names += (names.empty() ? "" : ", ") + check.name;
  return " (" + names + ")";
}

std::string why_of(const std::vector<Check>& checks, bool accepted) {
  const std::size_t blocking = count(checks, CheckVerdict::kBlock);
  const std::size_t warning = count(checks, CheckVerdict::kWarn);
  if (checks.empty()) return "nothing was checked";
  std::string why = counted(count(checks, CheckVerdict::kPass), "check passes", "checks pass");
  if (!accepted && blocking == 0) why = "no check blocks, but `cutoverctl status` says why";
  if (blocking > 0)
    why = counted(blocking, "check blocks", "checks block") + named(checks, CheckVerdict::kBlock);
  if (warning > 0)
    why += ", " + counted(warning, "warns", "warn") + named(checks, CheckVerdict::kWarn);
  return why;
}

std::string counted_by_verdict(const std::vector<Check>& checks) {
  std::string text;
  for (const auto& [verdict, one, many] : {std::tuple{CheckVerdict::kPass, "passes", "pass"},
                                           {CheckVerdict::kWarn, "warns", "warn"},
                                           {CheckVerdict::kBlock, "blocks", "block"}})
    if (const std::size_t n = count(checks, verdict); n > 0)
      text += (text.empty() ? "" : ", ") + counted(n, one, many);
  return text;
}

std::string mark(const Terminal& terminal, const Check& check) {
  return terminal.paint(colour_of(check.verdict), padded(std::string(name(check.verdict)), 5));
}

void print_passed(const Terminal& terminal, const Check& check, std::size_t widest) {
  std::cout << "  " << mark(terminal, check) << "  " << padded(check.name, widest) << "  "
            << wrapped(check.seen, kNameAt + widest + 2, terminal.width) << "\n";
}

// By the whole width: several of these are to be on the screen, under one another.
void print_look_at(const Terminal& terminal, const Check& check) {
  std::string text = wrapped(check.name + "  " + check.seen, kNameAt, terminal.width);
  text.replace(0, check.name.size(), terminal.paint(Colour::kStrong, check.name));
  std::cout << "  " << mark(terminal, check) << "  " << text << "\n";
  if (!check.remedy.empty())
    std::cout << std::string(kNameAt, ' ') << "-> "
              << wrapped(check.remedy, kNameAt + 3, terminal.width) << "\n";
}

// The verdict's colour is put in afterwards: it has no width.
void print_verdict(const Terminal& terminal, const std::string& direction, bool accepted,
                   const std::string& why) {
  const std::string before = "A " + direction + " would be ";
  const std::string verdict = accepted ? "accepted" : "refused";
  std::string text = wrapped(before + verdict + " now: " + why + ".", 0, terminal.width);
  text.replace(before.size(), verdict.size(),
               terminal.paint(accepted ? Colour::kGood : Colour::kBad, verdict));
  std::cout << text << "\n";
}

}  // namespace

std::vector<Check> checks_from(const nlohmann::json& result) {
  std::vector<Check> checks;
  for (const auto& check : result.at("checks"))
    checks.push_back({check.at("name"), verdict_named(check.at("verdict")), check.at("seen"),
                      check.value("remedy", "")});
  return checks;
}

void print_checks(const Terminal& terminal, const std::vector<Check>& checks,
                  const std::string& direction, bool accepted) {
  std::size_t widest = 0;
  for (const Check& check : checks)
    if (check.verdict == CheckVerdict::kPass) widest = std::max(widest, columns(check.name));
  std::vector<Check> ordered = checks;
  std::ranges::stable_sort(ordered, {},
                           [](const Check& check) { return place_of_group(check.name); });
  for (auto first = ordered.begin(); first != ordered.end();) {
    const std::string_view group = group_of(first->name);
    const auto end = std::find_if(
        first, ordered.end(), [&](const Check& check) { return group_of(check.name) != group; });
    const std::vector<Check> its(first, end);
    std::cout << group << ": " << counted_by_verdict(its) << "\n";
    for (const Check& check : its)
      if (check.verdict == CheckVerdict::kPass) print_passed(terminal, check, widest);
    first = end;
  }
  // What matters stands where the eye is, when all has run by.
  if (count(checks, CheckVerdict::kPass) < checks.size()) std::cout << "to be looked at:\n";
  for (const CheckVerdict verdict : {CheckVerdict::kWarn, CheckVerdict::kBlock})
    for (const Check& check : checks)
      if (check.verdict == verdict) print_look_at(terminal, check);
  print_verdict(terminal, direction, accepted, why_of(checks, accepted));
}

}  // namespace cutover
