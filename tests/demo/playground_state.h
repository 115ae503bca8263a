// SPDX-License-Identifier: Apache-2.0
// Which process is the running playground; a pid alone could by now be somebody else's.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace cutover::demo {

// This user's own directory for it, made if it is not there; throws if it is somebody else's.
std::filesystem::path runtime_dir();

void remember_playground(pid_t pid);
// Nothing where none runs.
std::optional<pid_t> running_playground();
void forget_playground();

}  // namespace cutover::demo
