// SPDX-License-Identifier: Apache-2.0
// A moment as a person writes it on a command line: 03:00 (the next such), 2026-12-01T03:00:00,
// the same with Z or +01:00, or +90m. What names no zone is local time.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace cutover {

// Milliseconds since 1970, or what is wrong with the text. `now_ms` is where +90m begins, and
// 03:00 is the next one after `after_ms`. A moment that is over is none that is wrong.
std::variant<std::int64_t, std::string> moment(const std::string& text, std::int64_t now_ms,
                                               std::int64_t after_ms);

// "2026-12-01 03:00:00 +0100", by the clock on the wall here.
std::string local_time(std::int64_t wall_ms);

}  // namespace cutover
