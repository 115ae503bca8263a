// SPDX-License-Identifier: Apache-2.0
// A switch, rollback or rehearsal as it runs: a line a phase, then the pause and where it went.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "mod_cutover/cutoverctl/terminal.h"
#include "mod_cutover/wire/json.h"

namespace cutover {

class RunView {
 public:
  explicit RunView(const Terminal& terminal) : terminal_(terminal) {}

  // The same news with newer figures is drawn over its line on a terminal, and left out elsewhere.
  void progress(const nlohmann::json& progress);
  // Prints `result.last` where there is one.
  void finish(const nlohmann::json& result) const;

 private:
  using Clock = std::chrono::steady_clock;

  void erase_last() const;
  std::string time_of(const nlohmann::json& progress);

  const Terminal& terminal_;
  std::string shown_;                       // phase and sentence of the last line
  std::optional<Clock::time_point> began_;  // the first news of the run itself
  std::size_t rows_ = 0;
  int interrupts_then_ = 0;
};

}  // namespace cutover
