// SPDX-License-Identifier: Apache-2.0
// The coordinator's lines in httpd's error log (its standard error). Any thread; one write a line,
// in which a database's or a hook's words are made harmless.
#pragma once

#include <string_view>

#include "shared/words/messages.h"

namespace cutover {

// Level and meaning are in the table of messages; `id` is a row's, of one of the two tables.
void log(Message message, std::string_view site, std::string_view text);
void log(std::uint16_t id, std::string_view site, std::string_view text);

}  // namespace cutover
