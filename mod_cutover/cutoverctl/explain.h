// SPDX-License-Identifier: Apache-2.0
// What a line of the error log means and what to do about it, by its id. Asks nobody.
#pragma once

#include <string>

namespace cutover {

// `id` as in the log (CUT0112), in any case, with or without CUT; empty: all of them, as Markdown.
// Returns what to end with.
int explain(const std::string& id, bool as_json);

}  // namespace cutover
