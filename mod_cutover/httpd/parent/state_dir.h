// SPDX-License-Identifier: Apache-2.0
// CutoverStateDir: what it must be, and making it.
#pragma once

#include <string>

namespace cutover {

// What is wrong with it and what would be right; nothing when it is fine or could still be made.
// Changes nothing, so that a configuration test can ask.
std::string state_dir_problem(const std::string& dir);

// Where httpd's children live in a jail (ChrootDir), the same folder must be there within, for the
// page's questions. Nothing where it is, or where there is no jail.
std::string jail_problem(const std::string& dir, const std::string& jail);

// Makes it where it is missing. Throws std::runtime_error with what is wrong.
void ensure_state_dir(const std::string& dir);

}  // namespace cutover
