// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/one_writer.h"

#include "shared/protocol/file_position.h"

namespace cutover {
namespace {

// By file nothing tells of what a server wrote before it was first looked at. That new follows old
// is taken for enough at the beginning, and said in the preflight; of the reverse nothing is known.
bool follows(Replication& databases, Side writer) {
  const Reading<LinkState> link = databases.link_into(other(writer));
  return writer == Side::kOld && link && link->configured && link->from_the_other;
}

bool has_all(Replication& databases, Side writer) {
  const Reading<Position> has = databases.position(writer);
  if (!has) return false;
  if (is_by_file(*has)) return follows(databases, writer);
  const Reading<bool> wrote = databases.wrote_beyond(other(writer), *has);
  return wrote && !*wrote;
}

}  // namespace

std::optional<Side> the_one_writer(Replication& databases) {
  const std::optional<bool> old_fenced = databases.read_only(Side::kOld).value;
  const std::optional<bool> new_fenced = databases.read_only(Side::kNew).value;
  if (!old_fenced || !new_fenced || *old_fenced == *new_fenced) return std::nullopt;
  const Side writer = *old_fenced ? Side::kNew : Side::kOld;
  return has_all(databases, writer) ? std::optional(writer) : std::nullopt;
}

bool old_lacks_nothing(Replication& databases) {
  const std::optional<bool> fenced = databases.read_only(Side::kOld).value;
  return fenced && !*fenced && has_all(databases, Side::kOld);
}

std::string unread(Replication& databases) {
  std::string why;
  for (const Side side : {Side::kOld, Side::kNew})
    if (const Reading<bool> answer = databases.read_only(side); !answer) why += "; " + answer.error;
  return why;
}

}  // namespace cutover
