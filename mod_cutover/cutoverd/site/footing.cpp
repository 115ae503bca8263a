// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/site/footing.h"

namespace cutover {

void Footing::rest_at(Side side, const std::string& doubt) {
  record.phase = JournalPhase::kRest;
  record.side = side;
  record.in_doubt = !doubt.empty();
  record.doubt = doubt;
  const Word wanted = cutover::serving(side, 0);
  if (store_.word().mode != wanted.mode) store_.set(wanted.mode, wanted.at_deadline, Nanos{0});
  write();
}

void Footing::seal() {
  store_.set(Mode::kHold, AtDeadline::kRefuse, clock_.now() + settings_.hold_timeout);
}

bool Footing::is_sealed() const {
  const Word now = store_.word();
  return now.mode == Mode::kHold && now.at_deadline == AtDeadline::kRefuse;
}

}  // namespace cutover
