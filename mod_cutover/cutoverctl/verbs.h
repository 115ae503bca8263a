// SPDX-License-Identifier: Apache-2.0
// From the command line to the coordinator, and from its answer to output and exit code.
#pragma once

#include "mod_cutover/cutoverctl/options.h"

namespace cutover {

int run_verb(Options options);

}  // namespace cutover
