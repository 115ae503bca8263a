// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverctl/run_view.h"

#include <algorithm>
#include <iostream>

#include "mod_cutover/cutoverctl/interrupt.h"
#include "mod_cutover/wire/snapshot_json.h"

namespace cutover {
namespace {

using nlohmann::json;

constexpr std::size_t kTimeWidth = 11;
constexpr std::size_t kSentenceAt = 54;  // where the columns before it end

// What is not known is "?", what this news is not about is left out.
std::string count_of(const json& progress, const char* key) {
  const auto found = progress.find(key);
  return found != progress.end() && found->is_number() ? found->dump() : "?";
}

std::string counts_of(const json& progress) {
  if (!progress.contains("held") && !progress.contains("in_flight")) return {};
  return "held " + padded(count_of(progress, "held"), 6) + "in flight " +
         count_of(progress, "in_flight");
}

}  // namespace

// The preflight comes before the run: the clock starts with the first held request.
std::string RunView::time_of(const json& progress) {
  const auto ms = progress.find("ms");
  if (ms != progress.end() && ms->is_number()) return millis(*ms);
  if (!began_ && !progress.contains("held")) return {};
  if (!began_) began_ = Clock::now();
  return millis(std::chrono::duration<double, std::milli>(Clock::now() - *began_).count());
}

void RunView::progress(const json& progress) {
  const std::string phase = progress.value("phase", "?");
  const std::string why = progress.value("why", "");
  const bool same = phase + why == shown_;
  if (same && !terminal_.interactive) return;
  if (same && interrupts_then_ == interrupts()) erase_last();
  std::string time = time_of(progress);
  time.insert(0, kTimeWidth - std::min(kTimeWidth, time.size()), ' ');
  const std::string line =
      padded(time + "  " + padded(phase, 13) + counts_of(progress), kSentenceAt) +
      wrapped(why, kSentenceAt, terminal_.width);
  std::cout << line << "\n" << std::flush;
  rows_ = static_cast<std::size_t>(std::count(line.begin(), line.end(), '\n')) + 1;
  shown_ = phase + why;
  interrupts_then_ = interrupts();
}

void RunView::erase_last() const { std::cout << "\x1b[" << rows_ << "A\r\x1b[J"; }

void RunView::finish(const json& result) const {
  if (!result.is_object()) return;
  const auto told = result.contains("rehearsal") ? result.find("rehearsal") : result.find("last");
  if (told == result.end() || told->is_null()) return;
  const LastRun last = last_run_from(*told);
  if (last.phases.empty()) return;
  std::cout << "  pause " << millis(last.pause_ms) << " beyond the drain, "
            << millis(last.duration_ms) << " in all; at most " << last.held_max << " held, "
            << last.timed_out << " timed out, " << last.shed << " refused\n";
  std::cout << "  phases:";
  for (const PhaseTime& phase : last.phases)
    std::cout << (&phase == &last.phases.front() ? " " : ", ") << phase.name << " "
              << millis(phase.ms);
  std::cout << "\n";
  if (const std::string whom = waited_for(last); !whom.empty())
    std::cout << "  the drain waited for: " << whom << "\n";
  if (const std::string closed = closed_ones(last); !closed.empty())
    std::cout << "  " << closed << "\n";
}

}  // namespace cutover
