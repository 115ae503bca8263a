// SPDX-License-Identifier: Apache-2.0
// The campaign's outcome as a table: victim and fault down, step across.
#pragma once

#include <string>
#include <vector>

#include "tests/faults/campaign.h"

namespace cutover::faults {

std::string line(const Report& report);  // one report in words
// How soon after httpd's start the site served again, of those blows that had ended it.
std::string services(const std::vector<Report>& reports);
std::string table(const std::vector<Report>& reports);  // in Markdown

}  // namespace cutover::faults
