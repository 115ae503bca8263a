// SPDX-License-Identifier: Apache-2.0
// Durations and moments in the forms that people read.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>

namespace cutover {

inline double to_ms(std::chrono::nanoseconds d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

// RFC 3339 in UTC with milliseconds.
inline std::string utc(std::int64_t wall_ms) {
  const std::time_t seconds = wall_ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char day[32];
  std::strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &parts);
  char text[48];
  std::snprintf(text, sizeof text, "%s.%03dZ", day, static_cast<int>(wall_ms % 1000));
  return text;
}

// For people to read: what decides something asks its Clock.
inline std::string now_utc() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return utc(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

}  // namespace cutover
