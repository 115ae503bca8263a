// SPDX-License-Identifier: Apache-2.0
#include "shared/words/moment.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <optional>
#include <string_view>

namespace cutover {
namespace {

using Moment = std::variant<std::int64_t, std::string>;

constexpr std::int64_t kSecondMs = 1000;
constexpr std::int64_t kMinuteMs = 60 * kSecondMs;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
constexpr std::int64_t kDayMs = 24 * kHourMs;

constexpr const char* kForms =
    "a moment is written as 03:00 (the next such), 2026-12-01T03:00, the same with Z or +01:00, or "
    "+90m";

// Takes the next thing of a text away, and is none any more once something did not fit.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (i >= rest_.size() || rest_[i] < '0' || rest_[i] > '9') return fail();
      value = 10 * value + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }
  bool has(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void need(char c) {
    if (!has(c)) fail();
  }
  bool at_end() const { return good_ && rest_.empty(); }
  bool good() const { return good_; }

 private:
  int fail() {
    good_ = false;
    return 0;
  }

  std::string_view rest_;
  bool good_ = true;
};

struct Clocked {
  int hour = 0, minute = 0, second = 0;
  bool is_one() const { return hour < 24 && minute < 60 && second < 60; }
};

std::tm local_parts(std::int64_t wall_ms) {
  const std::time_t seconds = wall_ms / kSecondMs;
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return parts;
}

// By mktime, local time, or timegm, Greenwich's. Nothing for a time that the clocks leave out when
// they are put forward, or a day that is none.
std::optional<std::int64_t> from_parts(std::time_t (*make)(std::tm*), int year, int month, int day,
                                       const Clocked& at) {
  std::tm parts{};
  parts.tm_year = year - 1900;
  parts.tm_mon = month - 1;
  parts.tm_mday = day;
  parts.tm_hour = at.hour;
  parts.tm_min = at.minute;
  parts.tm_sec = at.second;
  parts.tm_isdst = -1;
  const std::time_t seconds = make(&parts);
  const bool same = parts.tm_mday == day && parts.tm_mon == month - 1 && parts.tm_hour == at.hour &&
                    parts.tm_min == at.minute;
  if (seconds == -1 || !same) return std::nullopt;
  return static_cast<std::int64_t>(seconds) * kSecondMs;
}

std::string no_such(const std::string& text) {
  return text + " does not exist here: no such day, or the clocks are put forward over it";
}

Moment wrong(const std::string& text) { return "\"" + text + "\" is no moment: " + kForms; }

// "+90m".
Moment later(const std::string& text, std::int64_t now_ms) {
  constexpr std::size_t kMostDigits = 6;
  std::size_t digits = 1;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  const std::string unit = text.substr(digits);
  if (digits == 1 || digits > kMostDigits + 1) return wrong(text);
  std::int64_t each = 0;
  if (unit == "s") each = kSecondMs;
  if (unit == "m" || unit == "min") each = kMinuteMs;
  if (unit == "h") each = kHourMs;
  if (unit == "d") each = kDayMs;
  if (each == 0) return "\"" + text + "\" needs a unit that is known: s, m, h or d, as in +90m";
  return now_ms + std::stoll(text.substr(1, digits - 1)) * each;
}

// "03:00", "03:00:30".
Moment next_such(const std::string& text, std::int64_t after_ms) {
  Reader reader(text);
  Clocked at;
  at.hour = reader.number(2);
  reader.need(':');
  at.minute = reader.number(2);
  if (reader.has(':')) at.second = reader.number(2);
  if (!reader.at_end() || !at.is_one()) return wrong(text);
  for (int days = 0; days < 3; ++days) {
    const std::tm day = local_parts(after_ms + days * kDayMs);
    const auto found = from_parts(std::mktime, day.tm_year + 1900, day.tm_mon + 1, day.tm_mday, at);
    if (!found && days == 0) continue;
    if (!found) return no_such(text);
    if (*found > after_ms) return *found;
  }
  return no_such(text);
}

// What stands behind a moment of another zone: minutes east of Greenwich; nothing: local time.
std::optional<int> zone(Reader& reader) {
  if (reader.has('Z')) return 0;
  const bool east = reader.has('+');
  if (!east && !reader.has('-')) return std::nullopt;
  const int hours = reader.number(2);
  reader.need(':');
  const int minutes = reader.number(2);
  return (east ? 1 : -1) * (60 * hours + minutes);
}

Moment of_a_day(const std::string& text) {
  Reader reader(text);
  const int year = reader.number(4);
  reader.need('-');
  const int month = reader.number(2);
  reader.need('-');
  const int day = reader.number(2);
  reader.need('T');
  Clocked at;
  at.hour = reader.number(2);
  reader.need(':');
  at.minute = reader.number(2);
  if (reader.good() && reader.has(':')) at.second = reader.number(2);
  const std::optional<int> east = zone(reader);
  if (!reader.at_end() || !at.is_one()) return wrong(text);
  const auto found = from_parts(east ? timegm : std::mktime, year, month, day, at);
  return found ? Moment(*found - east.value_or(0) * kMinuteMs) : Moment(no_such(text));
}

}  // namespace

std::variant<std::int64_t, std::string> moment(const std::string& text, std::int64_t now_ms,
                                               std::int64_t after_ms) {
  if (text.starts_with("+")) return later(text, now_ms);
  if (text.find('T') != std::string::npos) return of_a_day(text);
  return next_such(text, after_ms);
}

std::string local_time(std::int64_t wall_ms) {
  const std::tm parts = local_parts(wall_ms);
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S %z", &parts);
  return text.data();
}

}  // namespace cutover
