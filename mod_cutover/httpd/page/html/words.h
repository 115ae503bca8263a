// SPDX-License-Identifier: Apache-2.0
// Figures and moments as the page words them. page/format.js words them the same way.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "mod_cutover/httpd/page/html/html.h"
#include "shared/figures/snapshot.h"
#include "shared/words/phrases.h"

namespace cutover {

std::string figure_words(double figure);            // whole, or with one decimal
std::string clock_words(std::string_view rfc3339);  // 2026-01-02 03:04:05 UTC
std::string side_in_words(const Snapshot& site);    // old serves

// How long ago that was; nothing where it is no such moment.
std::optional<std::chrono::milliseconds> age_of(const std::string& rfc3339);

void write_time(Html& html, std::string_view rfc3339);

}  // namespace cutover
