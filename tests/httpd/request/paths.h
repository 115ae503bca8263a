// SPDX-License-Identifier: Apache-2.0
// Request targets in which a server, its guards and the next server may read different things.
#pragma once

#include <string>
#include <vector>

namespace cutover::test {

// Guards that match some of them: each says by a header that it has, and most forbid.
std::string path_guards();
std::vector<std::string> tricky_targets();
// Of such a target: what the new host is to get of it.
std::string path_and_query(std::string target);

}  // namespace cutover::test
