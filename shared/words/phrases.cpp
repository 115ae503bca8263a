// SPDX-License-Identifier: Apache-2.0
#include "shared/words/phrases.h"

#include <cmath>
#include <cstdio>

namespace cutover {
namespace {

constexpr double kSecond = 1000;
constexpr double kMinute = 60 * kSecond;

}  // namespace

std::string number(double value, const char* format) {
  if (std::isnan(value)) return "unknown";
  char text[40];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string one_decimal(double value) { return number(value, "%.1f"); }

std::string whole_number(double value) { return std::to_string(std::llround(value)); }

std::string in_ms(double ms) { return number(ms, "%.1f ms"); }

std::string duration(double ms) {
  if (ms < kSecond) return in_ms(ms);
  if (ms < kMinute) return number(ms / kSecond, "%.1f s");
  const double minutes = std::floor(ms / kMinute);
  return number(minutes, "%.0f min ") +
         number(std::floor((ms - minutes * kMinute) / kSecond), "%.0f s");
}

std::string rate(double per_second) { return number(per_second, "%.1f/s"); }

std::string joined(const std::vector<std::string>& parts, const char* between) {
  std::string all;
  for (const std::string& part : parts) all += (all.empty() ? "" : between) + part;
  return all;
}

}  // namespace cutover
