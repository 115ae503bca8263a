// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/first_known.h"

namespace cutover {

Reading<Position> first_known(Replication& databases, Side mine) {
  Reading<Position> has = databases.position(mine);
  if (!has || !is_by_file(*has)) return has;
  const Reading<Position> theirs = databases.position(other(mine));
  if (theirs) has.value = completed(*has, own_place(*theirs));
  return has;
}

}  // namespace cutover
