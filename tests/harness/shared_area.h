// SPDX-License-Identifier: Apache-2.0
// What httpd's parent shares with its children and its coordinator.
#pragma once

#include <sys/types.h>

#include <string>

#include "mod_cutover/state/fd.h"

namespace cutover::harness {

// By the parent's own descriptors, which a test as root may open again; throws where it has none of
// that name.
Fd open_area(pid_t parent, const std::string& name);

}  // namespace cutover::harness
