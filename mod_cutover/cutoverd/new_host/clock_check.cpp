// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/new_host/clock_check.h"

#include "shared/figures/clocks.h"

namespace cutover {

Check clock_of_new_host(std::optional<std::int64_t> date, std::int64_t sent,
                        std::int64_t received) {
  if (!date)
    return {"clocks", CheckVerdict::kWarn, "the new host does not say what time it has (no Date)",
            "compare the clocks of the hosts yourself"};
  const Ahead ahead = Ahead::read(*date * 1000, *date * 1000 + 999, sent, received);
  const std::string seen = "the new host's clock, against this host's: " + described(ahead);
  if (verdict_of(ahead) == CheckVerdict::kPass) return {"clocks", CheckVerdict::kPass, seen, ""};
  return {"clocks", verdict_of(ahead), seen,
          "set both by NTP: sessions, one-time passwords and caches go by the time"};
}

}  // namespace cutover
