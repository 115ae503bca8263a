// SPDX-License-Identifier: Apache-2.0
// Which of the httpds of this host a state directory belongs to.
#pragma once

#include <string>

namespace cutover {

// Takes it for as long as this process, httpd's parent, lives. Throws std::runtime_error where
// another instance has it: one whose PidFile is another one. A predecessor of the same PidFile,
// which still ends, keeps nobody from it: its coordinator's lock says when it is done.
void claim_state_dir(const std::string& dir, const std::string& pid_file);

}  // namespace cutover
