// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/release.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>

namespace cutover::faults {
namespace {

constexpr std::int64_t kDayUs = 86'400'000'000;
// The log has whole milliseconds, and the run its beginning.
constexpr std::int64_t kRoundedUs = 3000;
constexpr milliseconds kNap{2};

std::int64_t us_of(double ms) { return std::llround(ms * 1000); }

// Microseconds since the epoch of "2026-11-29T11:25:26.123Z"; -1: it is none.
std::int64_t read_utc(const std::string& text) {
  std::tm parts{};
  int ms = 0;
  if (std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%d.%dZ", &parts.tm_year, &parts.tm_mon,
                  &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &ms) != 7)
    return -1;
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  return static_cast<std::int64_t>(::timegm(&parts)) * 1'000'000 + ms * 1000;
}

// When the held ones were told where to go: after the promotion, or at the end of the way back.
std::int64_t decided_us(const nlohmann::json& last) {
  const std::int64_t started = read_utc(last.value("started", ""));
  const std::string outcome = last.value("outcome", "");
  if (started < 0 || (outcome != "done" && outcome != "aborted")) return -1;
  double before = 0;
  double drain = 0;
  bool came_back = false;  // from a proof: its last record is written before the word, as of a move
  for (const auto& phase : last.at("phases")) {
    before += phase.value("ms", 0.0);
    const std::string name = phase.value("name", "");
    if (name == "quieting" || name == "draining") drain += phase.value("ms", 0.0);
    came_back = came_back || name == "returning";
  }
  const bool moved = outcome == "done";
  if (!moved && !came_back) return started + us_of(before);
  const double pause = last.value("pause_ms", 0.0);
  if (pause > 0) return started + us_of(drain + pause);
  // Of a run that was taken up only what came after the decision is known by its phases.
  const double whole = last.value("duration_ms", before);
  return started + us_of(moved ? whole - before : whole);
}

// The nearest to the requests' own clock that is whole days away.
std::int64_t on_the_day_of(std::int64_t us, std::int64_t near) {
  return us + (near - us + (near > us ? kDayUs / 2 : -kDayUs / 2)) / kDayUs * kDayUs;
}

}  // namespace

Lateness::Lateness() {
  thread_ = std::thread([this] {
    while (!ending_) {
      const auto began = std::chrono::steady_clock::now();
      std::this_thread::sleep_for(kNap);
      const auto slept = std::chrono::steady_clock::now() - began - kNap;
      const std::int64_t late = std::chrono::duration_cast<milliseconds>(slept).count();
      if (late > late_ms_) late_ms_ = late;
    }
  });
}

Lateness::~Lateness() {
  ending_ = true;
  thread_.join();
}

std::vector<Logged> newly_logged(const std::filesystem::path& access_log, std::streamoff& from) {
  std::vector<Logged> found;
  std::ifstream in(access_log);
  in.seekg(from);
  for (std::string line; std::getline(in, line) && !in.eof();) {
    from = in.tellg();
    const std::size_t held = line.rfind(' ');
    if (held == std::string::npos || held == 0) continue;
    const std::size_t came = line.rfind(' ', held - 1);
    Logged one{std::atoll(line.c_str() + came + 1), -1, line};
    if (line.compare(held, std::string::npos, " -") != 0)
      one.held_ms = std::atoll(line.c_str() + held + 1);
    found.push_back(std::move(one));
  }
  return found;
}

std::optional<Released> released(const nlohmann::json& last, const std::vector<Logged>& requests) {
  if (!last.is_object() || requests.empty()) return std::nullopt;
  const std::int64_t told = decided_us(last);
  if (told < 0) return std::nullopt;
  const std::int64_t decided = on_the_day_of(told, requests.back().came_us);
  std::vector<std::int64_t> after;
  for (const Logged& one : requests)
    if (one.held_ms >= 0 && one.came_us < decided && one.went_us() > decided - kRoundedUs)
      after.push_back((std::max(one.went_us(), decided) - decided) / 1000);
  if (after.empty()) return std::nullopt;
  const auto [first, last_one] = std::minmax_element(after.begin(), after.end());
  return Released{milliseconds(*first), milliseconds(*last_one), after.size()};
}

}  // namespace cutover::faults
