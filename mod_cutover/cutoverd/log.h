// SPDX-License-Identifier: Apache-2.0
// The coordinator's lines in httpd's error log (its standard error). Any thread; one write a line.
#pragma once

#include <string>
#include <string_view>

namespace cutover {

enum class Level { kInfo, kNotice, kWarning, kError };

void log(Level level, std::string_view site, std::string_view text);

// Control characters made visible: a database's or a hook's words can then harm neither a log nor
// a terminal.
std::string printable(std::string_view text);

}  // namespace cutover
