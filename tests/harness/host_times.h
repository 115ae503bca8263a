// SPDX-License-Identifier: Apache-2.0
// When a host handled its requests, as its application wrote it down by the machine's monotonic
// clock.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <vector>

namespace cutover::harness {

struct Handled {
  std::int64_t begin_ns;
  std::int64_t end_ns;
};

// Of visitors alone: a check whether the host is there does not count as serving.
std::vector<Handled> read_host_log(const std::filesystem::path& log);

// Last end on the side that leaves minus first begin (not before `since`) on the other: above 0
// means that both served at once. Nothing where either of them handled no request. What began at
// `until` or later on the side that leaves belongs to a later move.
std::optional<double> overlap_ms(const std::vector<Handled>& leaving,
                                 const std::vector<Handled>& arriving, std::int64_t since_ns = 0,
                                 std::int64_t until_ns = std::numeric_limits<std::int64_t>::max());

std::int64_t monotonic_ns();

}  // namespace cutover::harness
