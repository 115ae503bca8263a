// SPDX-License-Identifier: Apache-2.0
// The lock that makes the coordinator the only one, and the rights that it gives up.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "mod_cutover/state/fd.h"

namespace cutover {

// Waits for the lock on the state directory; the predecessor holds it until it has finished a run
// that is under way. Empty when `give_up` said so or when the file cannot be had (`error`).
Fd take_lock(const std::string& path, const std::function<bool()>& give_up, std::string& error);

// Becomes httpd's User and Group for good, keeps its memory out of core dumps and other processes'
// reach, and asks the kernel for SIGTERM when httpd's parent dies. An error in words, or empty.
std::string drop_privileges(uid_t uid, gid_t gid, pid_t parent);

}  // namespace cutover
