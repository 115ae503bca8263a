// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/run/after_flip.h"

#include "mod_cutover/cutoverd/run/limits.h"

namespace cutover {

std::string after_flip(Replication& databases, const SiteSettings& settings, JournalRecord& record,
                       Nanos limit) {
  const std::string roles = databases.persist_roles(record.side, limit).why;
  // Whatever becomes of the way back: what is still written to the side that was left stays there.
  if (settings.reverse && !databases.stop_applying(record.side, limit).done())
    record.links_owed = true;
  if (!record.owed || !settings.reverse) {
    record.owed = false;
    return roles;
  }
  const Side replica = other(record.side);
  const Reading<bool> moved = databases.wrote_beyond(replica, record.position);
  std::string why = moved.error;
  if (moved && *moved) {
    why = "the " + std::string(name(replica)) + " database has writes that the other never got";
  } else if (moved) {
    const Answer armed = databases.arm_way_back(replica, record.position, limit);
    record.owed = !armed.done();
    why = armed.why;
  }
  if (record.owed) return "the way back is not armed: " + why;
  return roles.empty() || why.empty() ? roles + why : roles + "; " + why;
}

void renew_before_run(Replication& databases, const SiteSettings& settings,
                      const JournalRecord& record) {
  if (settings.reverse) databases.renew_link(record.side, record.position, kRenewalLimit);
}

std::string after_restart(Replication& databases, const JournalRecord& record, Nanos limit) {
  const Answer stopped = databases.stop_applying(record.side, limit);
  const Answer resumed = databases.resume_link(other(record.side), limit);
  const Answer renewed = databases.renew_link(record.side, record.position, limit);
  std::string why;
  for (const Answer* answer : {&stopped, &resumed, &renewed})
    if (!answer->done()) why += (why.empty() ? "" : "; ") + answer->why;
  return why;
}

}  // namespace cutover
