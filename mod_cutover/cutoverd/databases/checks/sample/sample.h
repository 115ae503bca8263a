// SPDX-License-Identifier: Apache-2.0
// Whether both servers hold the same rows, on a sample: the newest and the oldest of some tables,
// each time of others. A replica that once skipped an error, or was written to, runs and is not
// behind, and has other rows. The newest are those that a crash takes away.
//
// Nothing is locked. What the leaving server has is read first, and then what the arriving one has
// once it has applied all that the other had by then; a row that differs counts where it has stood
// still on the leaving one meanwhile.
#pragma once

#include "mod_cutover/cutoverd/databases/scene/scene.h"

namespace cutover {

std::vector<CheckRow> sample_checks();

}  // namespace cutover
