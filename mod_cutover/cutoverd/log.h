// SPDX-License-Identifier: Apache-2.0
// The coordinator's lines in httpd's error log (its standard error). Any thread; one write a line,
// in which a database's or a hook's words are made harmless.
#pragma once

#include <string_view>

namespace cutover {

enum class Level { kInfo, kNotice, kWarning, kError };

void log(Level level, std::string_view site, std::string_view text);

}  // namespace cutover
