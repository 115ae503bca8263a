// SPDX-License-Identifier: Apache-2.0
// Figures and moments as the page words them. page/format.js words them the same way.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "mod_cutover/httpd/html.h"
#include "shared/snapshot.h"

namespace cutover {

// "unknown" for what is no number.
std::string number(double value, const char* format);
std::string figure_words(double figure);            // whole, or with one decimal
std::string in_ms(double ms);                       // 3.2 ms
std::string duration(double ms);                    // 3.2 ms, 4.2 s, 3 min 20 s
std::string rate(double per_second);                // 41.2/s
std::string clock_words(std::string_view rfc3339);  // 2026-01-02 03:04:05 UTC
std::string side_in_words(const Snapshot& site);    // old serves

// How long ago that was; nothing where it is no such moment.
std::optional<std::chrono::milliseconds> age_of(const std::string& rfc3339);

void write_time(Html& html, std::string_view rfc3339);

}  // namespace cutover
