// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/site/footing.h"

namespace cutover {

using namespace std::chrono_literals;

void Footing::rest_at(Side side, const std::string& doubt) {
  record.phase = JournalPhase::kRest;
  record.side = side;
  record.in_doubt = !doubt.empty();
  record.doubt = doubt;
  const Word wanted = cutover::serving(side, 0);
  if (store_.word().mode == cutover::serving(other(side), 0).mode) {
    seal();
    drain();
  }
  const Word now = store_.word();
  if (now.mode != wanted.mode || now.quieting)
    store_.set(wanted.mode, wanted.at_deadline, Nanos{0});
  write();
}

void Footing::seal() {
  store_.set(Mode::kHold, AtDeadline::kRefuse, clock_.now() + settings_.hold_timeout);
}

void Footing::drain() {
  const Nanos limit = clock_.now() + settings_.drain_timeout;
  while (store_.in_flight() > 0 && clock_.now() < limit) clock_.sleep(1ms);
}

bool Footing::is_sealed() const {
  const Word now = store_.word();
  return now.mode == Mode::kHold && now.at_deadline == AtDeadline::kRefuse;
}

}  // namespace cutover
