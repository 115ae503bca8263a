// SPDX-License-Identifier: Apache-2.0
// Text from elsewhere (a database's error, a host's name, a hook's output) may hold escape
// sequences for a terminal, line ends that forge a log's line, and marks that turn what follows
// around. Nothing of it reaches a terminal, a log or a page before it went through here.
#pragma once

#include <string>
#include <string_view>

namespace cutover {

// Control characters (C0, DEL, C1), bidirectional overrides and bytes that are no UTF-8 become
// visible escapes such as \x1b. A newline does, too: it could forge a line.
std::string harmless(std::string_view text);

}  // namespace cutover
