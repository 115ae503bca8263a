// SPDX-License-Identifier: Apache-2.0
// The transition table and the recovery table as this version follows them, for people and for
// the docs: no drawing can say anything else than the code.
#pragma once

#include <ostream>

#include "mod_cutover/wire/json.h"

namespace cutover {

// Markdown: the state diagram (Mermaid), the transitions, the recovery.
void print_tables(std::ostream& out);
nlohmann::json tables();

}  // namespace cutover
