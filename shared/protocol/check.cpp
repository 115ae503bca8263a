// SPDX-License-Identifier: Apache-2.0
#include "shared/protocol/check.h"

#include <algorithm>

namespace cutover {

std::string described(const Sight& f) {
  if (f.by_old.empty() && f.by_new.empty()) return f.words;
  return (f.words.empty() ? "" : f.words + ": ") + "old: " + f.by_old + " | new: " + f.by_new;
}

bool blocks(const std::vector<Check>& checks) {
  return checks.empty() || std::any_of(checks.begin(), checks.end(), [](const Check& c) {
           return c.verdict == CheckVerdict::kBlock;
         });
}

std::string reasons(const std::vector<Check>& checks) {
  std::string text;
  for (const Check& c : checks) {
    if (c.verdict != CheckVerdict::kBlock) continue;
    if (!text.empty()) text += "; ";
    text += c.name + ": " + c.seen;
    if (!c.remedy.empty()) text += " (" + c.remedy + ")";
  }
  return text.empty() ? "no check could be made" : text;
}

}  // namespace cutover
