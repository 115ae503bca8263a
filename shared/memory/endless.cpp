// SPDX-License-Identifier: Apache-2.0
#include "shared/memory/endless.h"

#include "shared/memory/layout.h"

namespace cutover {
namespace {

// Never 0 for an epoch that a coordinator has stored.
constexpr std::uint64_t order_of(Side leaving, std::uint64_t epoch) {
  return epoch << 1 | (leaving == Side::kNew ? 1 : 0);
}

}  // namespace

void order_close(SiteControl& control, Side leaving) {
  control.close_order.store(order_of(leaving, decode(control.word.load()).epoch));
}

bool is_to_close(const SiteControl& control, Side side) {
  const Word word = decode(control.word.load());
  if (word.mode != Mode::kHold) return side != (word.mode == Mode::kNew ? Side::kNew : Side::kOld);
  return word.at_deadline == AtDeadline::kRefuse &&
         control.close_order.load() == order_of(side, word.epoch);
}

std::int64_t sum_endless(const CounterArea& area, std::size_t site, Side side) {
  std::int64_t total = 0;
  for (std::size_t i = 0; i < area.count; ++i)
    total += area.slots[i].endless[site].open[static_cast<std::size_t>(side)].load();
  return total;
}

}  // namespace cutover
