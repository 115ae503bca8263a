// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/site/footing.h"

#include "shared/words/times.h"

namespace cutover {

using namespace std::chrono_literals;

namespace {

constexpr Nanos kCloseLimit = 250ms;

}  // namespace

std::string Footing::completed() const {
  if (!record.completed()) return {};
  return "the move was completed " + utc(record.completed_ms) +
         ": new serves for good, and nothing leads back";
}

void Footing::rest_at(Side side, const std::string& doubt) {
  record.phase = JournalPhase::kRest;
  record.side = side;
  record.in_doubt = !doubt.empty();
  record.doubt = doubt;
  const Word wanted = cutover::serving(side, 0);
  if (store_.word().mode == cutover::serving(other(side), 0).mode) {
    seal();
    drain();
    close_endless(other(side));
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

void Footing::close_endless(Side leaving) {
  if (store_.endless(leaving) == 0) return;
  store_.close_endless(leaving);
  const Nanos limit = clock_.now() + kCloseLimit;
  while (store_.endless(leaving) > 0 && clock_.now() < limit) clock_.sleep(1ms);
}

bool Footing::is_sealed() const {
  const Word now = store_.word();
  return now.mode == Mode::kHold && now.at_deadline == AtDeadline::kRefuse;
}

}  // namespace cutover
