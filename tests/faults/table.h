// SPDX-License-Identifier: Apache-2.0
// The campaign's outcome as a table: victim and fault down, step across.
#pragma once

#include <string>
#include <vector>

#include "tests/faults/campaign.h"

namespace cutover::faults {

std::string line(const Report& report);  // one report in words
// How soon the site served again after httpd's start, and the held went on after a decision.
std::string times(const std::vector<Report>& reports);
std::string table(const std::vector<Report>& reports);  // in Markdown

}  // namespace cutover::faults
