// SPDX-License-Identifier: Apache-2.0
// Preflight: the time on the two servers. An application that asks its database for the time has
// another one after the flip.
#include "shared/figures/clocks.h"

#include <charconv>

#include "mod_cutover/cutoverd/databases/checks/rows.h"

namespace cutover {
namespace {

// In ms since the epoch, whatever the session's time zone is.
constexpr const char* kNow =
    "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) DIV 1000";

std::int64_t monotonic_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// Against this process' monotonic clock, which stands in for a third one.
Reading<Ahead> clock_of(Scene& scene, Server& server) {
  const std::int64_t sent = monotonic_ms();
  const Result result = scene.ask(server, kNow);
  const std::int64_t received = monotonic_ms() + 1;
  const std::string text = result.rows.at(0, 0).value_or("");
  std::int64_t now = 0;
  const char* end = text.data() + text.size();
  if (!result.ok() || std::from_chars(text.data(), end, now).ptr != end || text.empty())
    return {std::nullopt, result.ok() ? server.label() + " does not tell the time" : result.error};
  return {Ahead::read(now, now + 1, sent, received), {}};
}

Finding clocks(Scene& scene) {
  const Reading<Ahead> leaving = clock_of(scene, scene.leaving);
  const Reading<Ahead> arriving = clock_of(scene, scene.arriving);
  const std::string remedy = "set both by NTP: what is stored with the time would jump by as much";
  if (!leaving || !arriving)
    return Finding::unseen(!leaving ? leaving.error : arriving.error, remedy);
  const Ahead ahead = *arriving - *leaving;
  const std::string seen = "the clock of " + scene.arriving.label() + ", against that of " +
                           scene.leaving.label() + ": " + described(ahead);
  if (verdict_of(ahead) == CheckVerdict::kPass) return Finding::pass(seen);
  return {verdict_of(ahead), seen, remedy};
}

}  // namespace

std::vector<CheckRow> clock_checks() { return {{"database-clocks", CheckVerdict::kWarn, clocks}}; }

}  // namespace cutover
