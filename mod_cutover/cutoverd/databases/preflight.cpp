// SPDX-License-Identifier: Apache-2.0
// Every check before a switch, as a table of small functions.
#include "mod_cutover/cutoverd/databases/preflight.h"

namespace cutover {

std::vector<Check> run_preflight(const SiteSettings&, Replication&, Server&, Server&, Direction) {
  return {};
}

}  // namespace cutover
