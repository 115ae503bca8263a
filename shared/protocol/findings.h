// SPDX-License-Identifier: Apache-2.0
// What one look found, the worst of it being the verdict.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "shared/protocol/check.h"

namespace cutover {

class Findings {
 public:
  void warn(const Sight& sight, const std::string& remedy) {
    add(CheckVerdict::kWarn, sight, remedy);
  }
  void warn(const std::string& seen, const std::string& remedy) { warn(Sight{seen}, remedy); }
  void block(const Sight& sight, const std::string& remedy) {
    add(CheckVerdict::kBlock, sight, remedy);
  }
  void block(const std::string& seen, const std::string& remedy) { block(Sight{seen}, remedy); }
  bool none() const { return seen_.empty(); }
  CheckVerdict worst() const { return worst_; }
  // One after the other; what several have in common is there once.
  const std::string& seen() const { return seen_; }
  const std::string& remedy() const { return remedy_; }
  const std::vector<Sight>& all() const { return all_; }

 private:
  void add(CheckVerdict verdict, const Sight& sight, const std::string& remedy) {
    worst_ = std::max(worst_, verdict);
    if (remedy_.find(remedy) == std::string::npos)
      remedy_ += (remedy_.empty() ? "" : "; ") + remedy;
    const auto same = [&](const Sight& one) { return described(one) == described(sight); };
    if (std::any_of(all_.begin(), all_.end(), same)) return;
    all_.push_back(sight);
    seen_ += (seen_.empty() ? "" : "; ") + described(sight);
  }

  CheckVerdict worst_ = CheckVerdict::kPass;
  std::vector<Sight> all_;
  std::string seen_;
  std::string remedy_;
};

}  // namespace cutover
