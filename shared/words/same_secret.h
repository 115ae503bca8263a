// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace cutover {

// Takes as long for any wrong one of the right length, so that it cannot be found out letter by
// letter. No right one, no same.
constexpr bool same_secret(std::string_view right, std::string_view given) {
  if (right.empty() || given.size() != right.size()) return false;
  unsigned differences = 0;
  for (std::size_t i = 0; i < right.size(); ++i)
    differences |= static_cast<unsigned char>(right[i]) ^ static_cast<unsigned char>(given[i]);
  return differences == 0;
}

}  // namespace cutover
