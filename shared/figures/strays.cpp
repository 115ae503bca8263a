// SPDX-License-Identifier: Apache-2.0
#include "shared/figures/strays.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace cutover {
namespace {

constexpr std::int64_t kDay = 24;
constexpr std::int64_t kRemembered = 14 * kDay;
constexpr std::size_t kNetworksTold = 10;
constexpr std::int64_t kHoursCompared = 3;
constexpr double kTooFewToTell = 100;
constexpr double kFar = 4;

std::string counted(std::uint64_t number, const char* what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

std::string one_digit(double number) {
  char text[32];
  std::snprintf(text, sizeof text, number < 10 ? "%.1f" : "%.0f", number);
  return text;
}

// A day is compared with the one before: the site's own rhythm is in both.
std::optional<double> half_life(double day, double before) {
  if (before <= 0 || day >= before) return std::nullopt;
  return day <= 0 ? 0 : kDay * std::log(2.0) / std::log(before / day);
}

std::string said(const StrayReport& r, bool two_days, std::uint64_t before) {
  if (r.requests_day == 0)
    return two_days ? "nobody came by this host for 24 hours: it may be turned off"
                    : "nobody came by this host since the switch; look again in a day";
  std::string text = counted(r.requests_day, "request") + " from about " +
                     counted(static_cast<std::uint64_t>(std::llround(r.networks_day)), "network") +
                     " in the last 24 h";
  if (!two_days) return text + "; the trend shows after two days";
  if (r.half_life_hours)
    return text + ", falling by half every " + one_digit(*r.half_life_hours) + " h";
  return text + ", no fewer than the day before (" + std::to_string(before) +
         "): look who they are, do they keep the old address?";
}

}  // namespace

void Strays::learn(const StrayHour& hour) {
  if (hour.hour <= 0) return;
  StrayHour& known = hours_[hour.hour];
  if (hour.requests >= known.requests) known = hour;
  while (hours_.begin()->first < hours_.rbegin()->first - kRemembered) hours_.erase(hours_.begin());
}

StrayReport Strays::report(std::int64_t this_hour) const {
  StrayReport report;
  std::array<std::uint8_t, kRegisters> registers{};
  std::map<Network, std::uint64_t> networks;
  std::uint64_t before = 0;
  for (const auto& [number, hour] : hours_) {
    if (number > this_hour || number <= this_hour - 2 * kDay) continue;
    report.hours.push_back({number, hour.requests, distinct(hour.registers)});
    if (number <= this_hour - kDay) {
      before += hour.requests;
      continue;
    }
    report.requests_day += hour.requests;
    unite(registers, hour.registers);
    for (const auto& [name, count] : hour.hosts) report.hosts[name] += count;
    for (const auto& [network, count] : hour.networks) networks[network] += count;
  }
  report.networks_day = distinct(registers);
  for (const auto& [network, count] : networks) report.networks.emplace_back(text(network), count);
  std::sort(report.networks.begin(), report.networks.end(),
            [](const auto& a, const auto& b) { return a.second > b.second; });
  report.networks.resize(std::min(report.networks.size(), kNetworksTold));
  const bool two_days = !hours_.empty() && hours_.begin()->first <= this_hour - 2 * kDay + 1;
  if (two_days)
    report.half_life_hours =
        half_life(static_cast<double>(report.requests_day), static_cast<double>(before));
  report.verdict = said(report, two_days, before);
  return report;
}

bool StrayFall::is_far() const {
  return before >= kTooFewToTell && static_cast<double>(now) * kFar < before;
}

void Strays::learn_served(std::int64_t hour, std::uint64_t requests) {
  if (hour <= 0) return;
  served_[hour] = requests;
  while (served_.begin()->first < hour - kRemembered) served_.erase(served_.begin());
}

// Whole hours alone: new served already in the hour before the first of them.
std::optional<StrayFall> Strays::fall(std::int64_t this_hour) const {
  if (!hours_.contains(this_hour - kHoursCompared - 1)) return std::nullopt;
  StrayFall fall;
  for (std::int64_t hour = this_hour - kHoursCompared; hour < this_hour; ++hour) {
    const auto passed = hours_.find(hour);
    if (passed == hours_.end()) return std::nullopt;
    fall.now += passed->second.requests;
    double sum = 0;
    int days = 0;
    for (const auto& [served, requests] : served_) {
      if (served >= hour || (hour - served) % kDay != 0) continue;
      sum += static_cast<double>(requests);
      ++days;
    }
    if (days == 0) return std::nullopt;
    fall.before += sum / days;
  }
  return fall;
}

}  // namespace cutover
