// SPDX-License-Identifier: Apache-2.0
// CutoverStateDir: what it must be, and making it.
#pragma once

#include <string>

namespace cutover {

// What is wrong with it and what would be right; nothing when it is fine or could still be made.
// Changes nothing, so that a configuration test can ask.
std::string state_dir_problem(const std::string& dir);

// Makes it where it is missing. Throws std::runtime_error with what is wrong.
void ensure_state_dir(const std::string& dir);

}  // namespace cutover
