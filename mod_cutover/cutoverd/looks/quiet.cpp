// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/quiet.h"

#include "mod_cutover/cutoverd/new_host/front_page.h"
#include "shared/memory/in_flight.h"
#include "shared/words/harmless.h"
#include "shared/words/phrases.h"
#include "shared/words/times.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

// Half of what a drain has, so that one which begins now gets to its end.
constexpr int kPartOfDrain = 2;
constexpr Nanos kAnswer = 2s;

}  // namespace

std::optional<std::string> Quiet::awaits(Side serving) {
  if (!since_) since_ = clock_.now();
  const Nanos left = *since_ + kLongest - clock_.now();
  std::string why = left <= 0ns ? "" : old_requests();
  if (why.empty() && left > 0ns) why = silent_page(serving);
  if (!why.empty()) return why + "; " + std::to_string((left + 999ms) / 1s) + " s at most";
  since_.reset();
  return std::nullopt;
}

// Those that a drain would leave behind are nothing to wait for.
std::string Quiet::old_requests() const {
  const Nanos drain = settings_.drain_timeout;
  for (const InFlight& request : oldest(store_.requests_in_flight(), 1000)) {
    if (settings_.close_stragglers && request.age > drain) continue;
    if (request.age > drain / kPartOfDrain)
      return request.what + " has been in flight for " + one_decimal(to_ms(request.age) / 1000) +
             " s";
  }
  return {};
}

std::string Quiet::silent_page(Side serving) const {
  if (pages_ == nullptr || settings_.fronts.empty()) return {};
  const Reading<FrontPage> page = front_page(*pages_, settings_.fronts, serving, kAnswer);
  return page ? "" : "the front page does not answer, " + harmless(page.error);
}

}  // namespace cutover
