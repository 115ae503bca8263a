// SPDX-License-Identifier: Apache-2.0
// Looking at each move by itself.
#include "tests/demo/moves.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "mod_cutover/wire/json.h"
#include "tests/harness/eventually.h"

namespace cutover::demo {

std::vector<std::string> verbs_of(unsigned rounds, bool back) {
  std::vector<std::string> verbs = {"switch"};
  for (unsigned move = 1; (back || rounds > 1) && move < 2 * rounds; ++move)
    verbs.emplace_back(move % 2 == 1 ? "rollback" : "switch");
  return verbs;
}

std::optional<double> worst_overlap(const std::vector<Move>& moves,
                                    const std::vector<harness::Handled>& by_old,
                                    const std::vector<harness::Handled>& by_new) {
  std::optional<double> worst;
  for (std::size_t i = 0; i < moves.size(); ++i) {
    const bool there = moves[i].verb == "switch";
    const auto overlap = harness::overlap_ms(
        there ? by_old : by_new, there ? by_new : by_old, moves[i].asked_ns,
        i + 1 < moves.size() ? moves[i + 1].asked_ns : std::numeric_limits<std::int64_t>::max());
    if (!overlap) return std::nullopt;
    worst = std::max(worst.value_or(*overlap), *overlap);
  }
  return worst;
}

double pause_of_last(const harness::SiteAccess& site) {
  nlohmann::json last;
  if (!harness::eventually([&] { return (last = site.status().at("last")).is_object(); }))
    throw std::runtime_error("the status does not tell of the last move");
  return last.value("pause_ms", 0.0);
}

double median_pause(const std::vector<Move>& moves) {
  std::vector<double> pauses;
  for (const Move& move : moves) pauses.push_back(move.pause_ms);
  if (pauses.empty()) return 0;
  const auto middle = pauses.begin() + static_cast<std::ptrdiff_t>(pauses.size() / 2);
  std::nth_element(pauses.begin(), middle, pauses.end());
  return *middle;
}

}  // namespace cutover::demo
