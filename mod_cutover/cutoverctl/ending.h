// SPDX-License-Identifier: Apache-2.0
// From the coordinator's last word, or the lack of one, to output and exit code.
#pragma once

#include <string>

#include "mod_cutover/cutoverctl/options.h"
#include "mod_cutover/cutoverctl/run_view.h"
#include "mod_cutover/cutoverctl/terminal.h"
#include "mod_cutover/wire/json.h"

namespace cutover {

// One JSON object as a line of plain ASCII: whatever is not is escaped, hence harmless.
std::string line_of(const nlohmann::json& value);

// Each answers the exit code.
int end_without_coordinator(const Options& options, const std::string& error);
int end_broken(const Options& options, const std::string& error);
int end_answered(const Terminal& terminal, const RunView& run, const Options& options,
                 const nlohmann::json& done);

}  // namespace cutover
