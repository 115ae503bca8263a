// SPDX-License-Identifier: Apache-2.0
// What is left to be done once the arriving side serves. It never undoes a switch: what does not
// go at once stays owed in the journal, and the keeper tries again.
#pragma once

#include <string>

#include "shared/protocol/journal_record.h"
#include "shared/protocol/ports.h"
#include "shared/protocol/settings.h"

namespace cutover {

// Both databases keep their roles over a restart, and the way back is armed. `record` is at release
// or at rest; its `owed` says afterwards whether anything is still to be done. Returns what is
// worth telling, or nothing.
std::string after_flip(Replication& databases, const SiteSettings& settings, JournalRecord& record,
                       Nanos limit);

// Before a run, and before anybody is held: the way back is connected, and begins behind nothing
// that was purged.
void renew_before_run(Replication& databases, const SiteSettings& settings,
                      const JournalRecord& record);

// A server was started anew: nothing is applied into the side that serves, its link receives, and
// the other's link runs. Links are not built by this. Why not, or nothing.
std::string after_restart(Replication& databases, const JournalRecord& record, Nanos limit);

}  // namespace cutover
