// SPDX-License-Identifier: Apache-2.0
// The checks of this room.
#pragma once

#include <vector>

#include "mod_cutover/cutoverd/databases/scene/scene.h"

namespace cutover {

// By topic; the runner walks them in this order.
std::vector<CheckRow> link_checks();
std::vector<CheckRow> history_checks();
std::vector<CheckRow> motion_checks();
std::vector<CheckRow> durability_checks();
std::vector<CheckRow> activity_checks();
std::vector<CheckRow> event_checks();
std::vector<CheckRow> privilege_checks();
std::vector<CheckRow> command_checks();
std::vector<CheckRow> clear_text_checks();
std::vector<CheckRow> setting_checks();
std::vector<CheckRow> clock_checks();

}  // namespace cutover
