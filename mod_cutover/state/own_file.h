// SPDX-License-Identifier: Apache-2.0
// Opens a file of the state directory, and nothing else that stands in its place: no symbolic link,
// no pipe or folder, no file that another user owns or may write.
#pragma once

#include <sys/types.h>

#include <string>

#include "mod_cutover/state/fd.h"

namespace cutover {

// Empty with `error` in words, and with errno ENOENT where nothing is there.
Fd open_own_file(const std::string& path, int flags, mode_t mode, std::string& error);

}  // namespace cutover
