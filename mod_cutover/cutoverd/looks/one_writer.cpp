// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/one_writer.h"

namespace cutover {

std::optional<Side> the_one_writer(Replication& databases) {
  const std::optional<bool> old_fenced = databases.read_only(Side::kOld).value;
  const std::optional<bool> new_fenced = databases.read_only(Side::kNew).value;
  if (!old_fenced || !new_fenced || *old_fenced == *new_fenced) return std::nullopt;
  const Side writer = *old_fenced ? Side::kNew : Side::kOld;
  const Reading<Position> has = databases.position(writer);
  if (!has) return std::nullopt;
  const Reading<bool> wrote = databases.wrote_beyond(other(writer), *has);
  return wrote && !*wrote ? std::optional(writer) : std::nullopt;
}

}  // namespace cutover
