// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverctl/run_view.h"

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "mod_cutover/cutoverctl/interrupt.h"
#include "mod_cutover/wire/snapshot_json.h"

namespace cutover {
namespace {

using nlohmann::json;

constexpr std::size_t kSentenceAt = 54;  // where the columns before it end

std::string count_of(const json& progress, const char* key) {
  const auto found = progress.find(key);
  return found != progress.end() && found->is_number() ? found->dump() : "?";
}

std::string figures_of(const json& progress, const std::string& phase) {
  const auto ms = progress.find("ms");
  const std::string when = ms != progress.end() && ms->is_number() ? millis(*ms) : "?";
  char text[128];
  std::snprintf(text, sizeof text, "%11s  %-12s held %-5s in flight %-5s ", when.c_str(),
                phase.c_str(), count_of(progress, "held").c_str(),
                count_of(progress, "in_flight").c_str());
  return text;
}

}  // namespace

void RunView::progress(const json& progress) {
  const std::string phase = progress.value("phase", "?");
  const bool same = phase == phase_;
  if (same && !terminal_.interactive) return;
  if (same && interrupts_then_ == interrupts()) erase_last();
  const std::string line = padded(figures_of(progress, phase), kSentenceAt) +
                           wrapped(progress.value("why", ""), kSentenceAt, terminal_.width);
  std::cout << line << "\n" << std::flush;
  rows_ = static_cast<std::size_t>(std::count(line.begin(), line.end(), '\n')) + 1;
  phase_ = phase;
  interrupts_then_ = interrupts();
}

void RunView::erase_last() const { std::cout << "\x1b[" << rows_ << "A\r\x1b[J"; }

void RunView::finish(const json& result) const {
  if (!result.is_object() || !result.contains("last") || result["last"].is_null()) return;
  const LastRun last = last_run_from(result["last"]);
  if (last.phases.empty()) return;
  std::cout << "  pause " << millis(last.pause_ms) << " beyond the drain, "
            << millis(last.duration_ms) << " in all; at most " << last.held_max << " held, "
            << last.timed_out << " timed out, " << last.shed << " refused\n";
  std::cout << "  phases:";
  for (const PhaseTime& phase : last.phases)
    std::cout << (&phase == &last.phases.front() ? " " : ", ") << phase.name << " "
              << millis(phase.ms);
  std::cout << "\n";
}

}  // namespace cutover
