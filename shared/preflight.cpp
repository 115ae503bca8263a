// SPDX-License-Identifier: Apache-2.0
#include "shared/preflight.h"

#include <algorithm>

namespace cutover {

bool blocks(const std::vector<Check>& checks) {
  return checks.empty() || std::any_of(checks.begin(), checks.end(), [](const Check& c) {
           return c.verdict == CheckVerdict::kBlock;
         });
}

}  // namespace cutover
