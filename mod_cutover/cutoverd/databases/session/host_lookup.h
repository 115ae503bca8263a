// SPDX-License-Identifier: Apache-2.0
// Looking a host's name up, in bounded time.
#pragma once

#include <string>

#include "mod_cutover/cutoverd/databases/session/connection.h"

namespace cutover {

// Empty when `host` can be looked up, else why not. The client libraries look names up with a call
// that nothing can interrupt; after this one theirs is answered at once from the resolver's path
// that just worked.
// The first address is put into `address`, where that is asked for.
std::string cannot_resolve(const std::string& host, Deadline deadline,
                           std::string* address = nullptr);

}  // namespace cutover
