// SPDX-License-Identifier: Apache-2.0
// Text that came over the socket (a database's error, a host's name, a hook's output) may hold
// escape sequences. Nothing of it reaches a terminal before it went through here.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace cutover {

// Control characters (C0, DEL, C1), bidirectional overrides and bytes that are no UTF-8 become
// visible escapes such as \x1b. A newline does, too: it could forge a line.
std::string harmless(std::string_view text);

// The same for every string in it, keys included.
nlohmann::json all_harmless(const nlohmann::json& json);

}  // namespace cutover
