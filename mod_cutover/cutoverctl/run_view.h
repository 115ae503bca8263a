// SPDX-License-Identifier: Apache-2.0
// A switch, rollback or rehearsal as it runs: a line a phase, then the pause and where it went.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "mod_cutover/cutoverctl/terminal.h"

namespace cutover {

class RunView {
 public:
  explicit RunView(const Terminal& terminal) : terminal_(terminal) {}

  // News of the same phase is drawn over its line on a terminal, and left out elsewhere.
  void progress(const nlohmann::json& progress);
  // Prints `result.last` where there is one.
  void finish(const nlohmann::json& result) const;

 private:
  void erase_last() const;

  const Terminal& terminal_;
  std::string phase_;
  std::size_t rows_ = 0;
  int interrupts_then_ = 0;
};

}  // namespace cutover
