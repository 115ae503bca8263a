// SPDX-License-Identifier: Apache-2.0
// Reading the hosts' logs.
#include "tests/harness/host_times.h"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <string>

namespace cutover::harness {

std::vector<Handled> read_host_log(const std::filesystem::path& log) {
  std::vector<Handled> result;
  std::ifstream in(log);
  Handled handled{};
  std::string visitor;
  while (in >> handled.begin_ns >> handled.end_ns >> visitor) {
    if (visitor != "-") result.push_back(handled);
  }
  return result;
}

std::optional<double> overlap_ms(const std::vector<Handled>& leaving,
                                 const std::vector<Handled>& arriving, std::int64_t since_ns,
                                 std::int64_t until_ns) {
  std::optional<std::int64_t> last_end;
  std::optional<std::int64_t> first_begin;
  for (const Handled& handled : leaving) {
    if (handled.begin_ns >= until_ns) continue;
    if (!last_end || handled.end_ns > *last_end) last_end = handled.end_ns;
  }
  for (const Handled& handled : arriving) {
    if (handled.begin_ns < since_ns) continue;
    if (!first_begin || handled.begin_ns < *first_begin) first_begin = handled.begin_ns;
  }
  if (!last_end || !first_begin) return std::nullopt;
  return static_cast<double>(*last_end - *first_begin) / 1e6;
}

std::int64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

}  // namespace cutover::harness
