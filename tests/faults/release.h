// SPDX-License-Identifier: Apache-2.0
// How soon after a run's decision its held requests go on: the databases may be done while the
// visitors still wait. By the access log and by what the command tells of the run.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <ios>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "mod_cutover/wire/json.h"

namespace cutover::faults {

using std::chrono::milliseconds;

// How late this machine wakes who sleeps, at the most since it was asked last. Its own thread
// writes, any thread reads; the figure stands alone.
class Lateness {
 public:
  Lateness();
  ~Lateness();
  Lateness(const Lateness&) = delete;
  Lateness& operator=(const Lateness&) = delete;

  milliseconds at_most() { return milliseconds(late_ms_.exchange(0)); }

 private:
  std::atomic<std::int64_t> late_ms_{0};
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

// One request by its line in the access log, in microseconds of the wall clock.
struct Logged {
  std::int64_t came_us = 0;
  std::int64_t held_ms = -1;  // it was not
  std::string line;

  std::int64_t went_us() const { return came_us + 1000 * held_ms; }
};

// The lines from `from` on, which then stands behind the last one.
std::vector<Logged> newly_logged(const std::filesystem::path& access_log, std::streamoff& from);

struct Released {
  milliseconds first{0};  // after the decision; not before it
  milliseconds last{0};
  std::size_t held = 0;  // when it was decided
};

// Of those who were held when the run was decided; nothing where nobody was, or nothing is known of
// such a run. `last` is the run as status.json has it, by a clock that may be whole days wrong.
std::optional<Released> released(const nlohmann::json& last, const std::vector<Logged>& requests);

}  // namespace cutover::faults
