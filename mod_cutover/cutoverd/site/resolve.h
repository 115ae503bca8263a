// SPDX-License-Identifier: Apache-2.0
// `resolve`: a person has looked and says which side serves. The one way out of a doubt; all that
// is given up by it is written down first. The site's own thread's.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "mod_cutover/cutoverd/site/recovery.h"

namespace cutover {

class Resolve {
 public:
  // `trouble`: why the databases cannot be asked although they are configured; or nothing.
  Resolve(const Desk& desk, Ownership& ownership, SiteRecovery& recovery,
          const std::string& trouble)
      : desk_(desk), ownership_(ownership), recovery_(recovery), trouble_(trouble) {}

  Outcome carry_out(const Ticket& ticket);

 private:
  // Each says why not, or nothing.
  std::string in_the_way(const Ticket& ticket);
  std::string record(const Ticket& ticket);
  Answer give_up_the_other(const Ticket& ticket, nlohmann::json& event);

  Outcome decide(const Ticket& ticket, const std::string& doubt);
  Outcome serve(Side side, const nlohmann::json& event);
  std::string given_up(const Ticket& ticket) const;

  const Desk desk_;
  Ownership& ownership_;
  SiteRecovery& recovery_;
  const std::string& trouble_;
};

}  // namespace cutover
