// SPDX-License-Identifier: Apache-2.0
// `resolve`: a person has looked and says which side serves. The one way out of a doubt; all that
// is given up by it is written down first. The site's own thread's.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "mod_cutover/cutoverd/site/runs.h"

namespace cutover {

class Resolve {
 public:
  // `trouble`: why the databases cannot be asked although they are configured; or nothing.
  Resolve(const Desk& desk, const std::string& trouble) : desk_(desk), trouble_(trouble) {}

  Outcome carry_out(const Ticket& ticket);

 private:
  Outcome decide(const Ticket& ticket, const std::string& doubt);
  Outcome serve(Side side, const nlohmann::json& event);
  std::string given_up(const Ticket& ticket) const;
  void hold_and_drain();
  std::string fence_for_good(Side side, bool other_is_down, JournalRecord& wanted,
                             nlohmann::json& event);

  const Desk desk_;
  const std::string& trouble_;
};

}  // namespace cutover
