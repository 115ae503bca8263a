// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/one_writer.h"

namespace cutover {
namespace {

bool has_all(Replication& databases, Side writer) {
  const Reading<Position> has = databases.position(writer);
  if (!has) return false;
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
