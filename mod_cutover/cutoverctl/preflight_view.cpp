// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverctl/preflight_view.h"

#include <algorithm>
#include <iostream>

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
  const std::size_t seen_at = kNameAt + widest + 2;
  for (const Check& check : checks) {
    std::cout << "  "
              << terminal.paint(colour_of(check.verdict),
                                padded(std::string(name(check.verdict)), 5))
              << "  " << padded(check.name, widest) << "  "
              << wrapped(check.seen, seen_at, terminal.width) << "\n";
    if (!check.remedy.empty())
      std::cout << std::string(seen_at, ' ') << "-> "
                << wrapped(check.remedy, seen_at + 3, terminal.width) << "\n";
  }
  std::cout << "A " << direction << " would be "
            << (accepted ? terminal.paint(Colour::kGood, "accepted")
                         : terminal.paint(Colour::kBad, "refused"))
            << " now: " << why_of(checks, accepted) << ".\n";
}

}  // namespace cutover
