// SPDX-License-Identifier: Apache-2.0
// What both databases have besides rows: tables, indexes, triggers, views, routines, events, and in
// whose name they run; what the application's accounts may do; where AUTO_INCREMENT stands.
#pragma once

#include <string>
#include <vector>

#include "mod_cutover/cutoverd/databases/scene/scene.h"

namespace cutover {

struct Definitions {
  std::vector<std::string> different;
  std::vector<std::string> uncompared;
  std::vector<std::string> notes;  // what is no difference, and worth knowing
};

// Nothing where `may_go_on`, asked before each of them, says so.
std::optional<Definitions> compare_definitions(Scene& scene,
                                               const std::function<bool()>& may_go_on);

}  // namespace cutover
