// SPDX-License-Identifier: Apache-2.0
// A keeper on fakes, and one look of it as the site's thread takes it.
#pragma once

#include "mod_cutover/cutoverd/site/keeper.h"
#include "tests/unit/fakes/recovering.h"

namespace cutover {

struct Kept : Recovering {
  cutover::Keeper keeper{desk(), watch, lives, ownership, recovery};

  void look() {
    lives.look();
    watch.tick(&replication, footing.serving(), footing.record.position, clock.now());
    keeper.look();
  }
};

}  // namespace cutover
