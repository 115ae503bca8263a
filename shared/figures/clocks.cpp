// SPDX-License-Identifier: Apache-2.0
#include "shared/figures/clocks.h"

#include <cstdio>
#include <cstdlib>

namespace cutover {

CheckVerdict verdict_of(const Ahead& ahead) {
  const std::int64_t apart = std::abs(ahead.surely());
  if (apart > kClocksBlockMs) return CheckVerdict::kBlock;
  return apart > kClocksWarnMs ? CheckVerdict::kWarn : CheckVerdict::kPass;
}

std::string described(const Ahead& ahead) {
  const std::int64_t surely = ahead.surely();
  if (surely == 0) return "the same, as far as can be seen";
  char text[48];
  std::snprintf(text, sizeof text, "at least %.1f s %s",
                std::abs(static_cast<double>(surely)) / 1000, surely > 0 ? "ahead" : "behind");
  return text;
}

}  // namespace cutover
