// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/run/after_flip.h"

namespace cutover {

std::string after_flip(Replication& databases, const SiteSettings& settings, JournalRecord& record,
                       Nanos limit) {
  const std::string roles = databases.persist_roles(record.side, limit).why;
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

}  // namespace cutover
