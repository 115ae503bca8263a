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

void print_check(const Terminal& terminal, const Check& check, std::size_t widest) {
  const std::size_t seen_at = kNameAt + widest + 2;
  std::cout << "  "
            << terminal.paint(colour_of(check.verdict), padded(std::string(name(check.verdict)), 5))
            << "  " << padded(check.name, widest) << "  "
            << wrapped(check.seen, seen_at, terminal.width) << "\n";
  if (!check.remedy.empty())
    std::cout << std::string(seen_at, ' ') << "-> "
              << wrapped(check.remedy, seen_at + 3, terminal.width) << "\n";
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
  for (const Check& check : checks) widest = std::max(widest, columns(check.name));
  const auto print = [&](const std::vector<Check>& some, CheckVerdict verdict) {
    for (const Check& check : some)
      if (check.verdict == verdict) print_check(terminal, check, widest);
  };
  std::vector<Check> ordered = checks;
  std::ranges::stable_sort(ordered, {},
                           [](const Check& check) { return place_of_group(check.name); });
  for (auto first = ordered.begin(); first != ordered.end();) {
    const std::string_view group = group_of(first->name);
    const auto end = std::find_if(
        first, ordered.end(), [&](const Check& check) { return group_of(check.name) != group; });
    const std::vector<Check> its(first, end);
    std::cout << group << ": " << counted_by_verdict(its) << "\n";
    print(its, CheckVerdict::kPass);
    first = end;
  }
  // What matters stands where the eye is, when all has run by.
  if (count(checks, CheckVerdict::kPass) < checks.size()) std::cout << "to be looked at:\n";
  print(checks, CheckVerdict::kWarn);
  print(checks, CheckVerdict::kBlock);
  std::cout << "A " << direction << " would be "
            << (accepted ? terminal.paint(Colour::kGood, "accepted")
                         : terminal.paint(Colour::kBad, "refused"))
            << " now: " << why_of(checks, accepted) << ".\n";
}

}  // namespace cutover
