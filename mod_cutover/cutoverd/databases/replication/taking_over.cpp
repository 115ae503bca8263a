// SPDX-License-Identifier: Apache-2.0
// Whether a server can take over in a moment: nobody's lock is in the way of visitors, and it lets
// in who is to command it.
#include "mod_cutover/cutoverd/databases/replication/replication.h"
#include "mod_cutover/cutoverd/databases/server/who_locks.h"

namespace cutover {

Answer RealReplication::unlocked(Side side, Nanos limit) {
  const Deadline deadline = Deadline::in(limit);
  const auto session = at(side).monitor(deadline);
  if (!session) return Answer::unknown(session.error);
  const auto found = who_locks(**session, deadline);
  if (!found)
    return Answer::unknown("whether somebody locks " + at(side).label() +
                           " cannot be seen: " + found.error);
  if (found->empty()) return Answer::yes();
  return Answer::no("on " + at(side).label() + ": " + *found +
                    "; visitors' writes would wait for it");
}

Reading<std::vector<std::string>> RealReplication::busy(Side side, Nanos limit) {
  const Deadline deadline = Deadline::in(limit);
  const auto session = at(side).monitor(deadline);
  if (!session) return {std::nullopt, session.error};
  return busy_.at(static_cast<std::size_t>(side))
      .look(**session, at(side).connections_lately(), deadline);
}

Answer RealReplication::lets_in(Side side, Nanos limit) {
  return at(side).lets_in(Deadline::in(limit));
}

}  // namespace cutover
