// SPDX-License-Identifier: Apache-2.0
// Where two lists of words differ.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace cutover {

// [one, one_end) of the one list stands where the other has [other, other_end).
struct Gap {
  std::size_t one;
  std::size_t one_end;
  std::size_t other;
  std::size_t other_end;
};

// In order; between two gaps both lists are the same. The fewest words possible stand in gaps, but
// lists that have next to nothing in common are one gap: the work is bounded.
std::vector<Gap> gaps_between(const std::vector<std::string_view>& one,
                              const std::vector<std::string_view>& other);

}  // namespace cutover
