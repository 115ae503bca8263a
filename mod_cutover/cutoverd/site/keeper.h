// SPDX-License-Identifier: Apache-2.0
// The keeper: between the runs each database stays in its role. Levels are looked at, not edges: a
// server that forgot its role in a restart is seen at the next tick, whenever that restart was.
// What no restart explains is a person's doing, and is left to him. The site's own thread's.
#pragma once

#include <string>

#include "mod_cutover/cutoverd/site/recovery.h"

namespace cutover {

class Keeper {
 public:
  Keeper(const Desk& desk, const GateWatch& watch, Lives& lives, Ownership& ownership,
         SiteRecovery& recovery)
      : desk_(desk),
        watch_(watch),
        lives_(lives),
        ownership_(ownership),
        recovery_(recovery),
        renew_at_(desk.ports.clock.now() + kFirstRenewal) {}

  // One tick, after the gate's look.
  void look();

 private:
  void claim();
  void settle();
  void keep();
  bool came_back_meanwhile() const;
  void put_right();
  bool pay_fence();
  void seen_to_serve();
  void pay_what_is_owed();
  void remember();
  void keep_links();
  void stop_the_link_back();
  void cut_off();

  static constexpr Nanos kFirstRenewal = std::chrono::minutes(10);

  const Desk desk_;
  const GateWatch& watch_;
  Lives& lives_;
  Ownership& ownership_;
  SiteRecovery& recovery_;
  // When what is owed after a flip is tried again, and how long the next wait is.
  Nanos pay_at_{0};
  Nanos pay_pause_{0};
  Nanos remember_at_{0};
  std::string not_remembered_;  // why
  // The same of links; and when the one that stands ready is renewed.
  Nanos links_at_{0};
  Nanos links_pause_{0};
  Nanos renew_at_;
};

}  // namespace cutover
