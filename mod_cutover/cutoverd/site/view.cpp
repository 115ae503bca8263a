// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/site/view.h"

#include <utility>

#include "mod_cutover/cutoverd/trail/log.h"
#include "mod_cutover/state/shared_memory.h"
#include "shared/memory/silence.h"
#include "shared/words/times.h"

namespace cutover {

void tell_of_silence(const SiteControl& control, GateState& gate) {
  const auto silent = silence_of(control, monotonic_ns());
  if (!silent) return;
  gate.open = false;
  gate.reasons.insert(gate.reasons.begin(),
                      "the coordinator's thread of this site has been silent for " +
                          std::to_string(*silent / 1'000'000'000) +
                          " s: httpd ends the coordinator, and another one takes over");
}

Snapshot View::snapshot(const StateStore& store) const {
  const Word word = store.word();
  const Lock lock(mutex_);
  Snapshot s;
  s.site = settings_.name;
  s.side = word.mode == Mode::kHold ? "none" : std::string(name(word.mode));
  const bool told = seen_.doubt.empty() || seen_.phase != Phase::kServing;
  s.phase = told ? std::string(name(seen_.phase)) : "in-doubt";
  s.direction = seen_.direction;
  if (seen_.direction) s.progress = progress(seen_);
  s.epoch = word.epoch;
  s.lag_ms = seen_.look.lag_ms;
  s.gate = seen_.look.gate;
  s.last = seen_.last;
  s.rehearsal = seen_.rehearsal;
  if (!seen_.direction) s.forecast = seen_.look.forecast;
  s.slow = seen_.look.slow;
  s.strays = seen_.strays;
  s.counts = store.counts();
  s.doubt = seen_.doubt;
  s.completed = seen_.look.completed;
  s.databases = settings_.has_databases() && s.completed.empty();
  s.way_back = seen_.look.way_back;
  return s;
}

Progress View::progress(const Seen& seen) const {
  const Nanos now = clock_.now();
  Progress p{seen.started, to_ms(now - seen.began), seen.abortable, seen.rehearsing, {}};
  for (std::size_t i = 0; i < seen.been.size(); ++i) {
    const Nanos end = i + 1 < seen.been.size() ? seen.been[i + 1].at : now;
    p.phases.push_back(
        {std::string(name(seen.been[i].phase)), to_ms(end - seen.been[i].at), std::nullopt});
  }
  return p;
}

std::string View::doubt() const {
  const Lock lock(mutex_);
  return seen_.doubt;
}

View::UnderWay View::under_way() const {
  const Lock lock(mutex_);
  return {seen_.direction.has_value(), seen_.abortable};
}

std::string View::outcome() const {
  const Lock lock(mutex_);
  return seen_.outcome;
}

void View::run_begins(Direction direction, bool rehearsal, bool abortable) {
  const Lock lock(mutex_);
  seen_.direction = direction;
  seen_.rehearsing = rehearsal;
  seen_.abortable = abortable;
  seen_.began = clock_.now();
  seen_.started = utc(clock_.wall_ms());
  seen_.been.clear();
}

void View::enter(Phase phase, std::string_view why, const std::string& doubt) {
  const Lock lock(mutex_);
  const bool repeats = phase == Phase::kPromoting || phase == Phase::kUndoing ||
                       phase == Phase::kReturning || phase == Phase::kKeeping;
  const bool stuck = repeats && phase == seen_.phase;
  seen_.doubt = stuck ? std::string(why) : doubt;
  seen_.phase = phase;
  if (phase != Phase::kServing && (seen_.been.empty() || seen_.been.back().phase != phase))
    seen_.been.push_back({phase, clock_.now()});
  seen_.abortable = step(phase, Event::kAborted).known;
}

void View::run_ends() {
  const Lock lock(mutex_);
  seen_.direction.reset();
  seen_.abortable = false;
}

void View::ended(const LastRun& last) {
  const Lock lock(mutex_);
  (last.rehearsal ? seen_.rehearsal : seen_.last) = last;
  seen_.outcome = last.outcome;
}

void View::put_off() {
  const Lock lock(mutex_);
  seen_.outcome = "refused";
}

void View::remember(const std::optional<LastRun>& last, const std::optional<LastRun>& rehearsal) {
  const Lock lock(mutex_);
  seen_.last = last;
  seen_.rehearsal = rehearsal;
}

void View::at_rest() {
  const Lock lock(mutex_);
  seen_.phase = Phase::kServing;
}

void View::set_doubt(const std::string& doubt) {
  const Lock lock(mutex_);
  if (!doubt.empty() && doubt != seen_.doubt)
    log(Message::kInDoubt, settings_.name, "IN DOUBT: " + doubt);
  seen_.doubt = doubt;
  if (doubt.empty() || !seen_.look.gate.open) return;
  seen_.look.gate = {false, {"in doubt: " + doubt}};
  if (seen_.look.way_back) seen_.look.way_back = {false, seen_.look.gate.reasons};
}

void View::looked(Look look) {
  const Lock lock(mutex_);
  seen_.look = std::move(look);
}

void View::forget_the_databases() {
  const Lock lock(mutex_);
  seen_.look.gate = {false, {"since the last run the databases have not been looked at"}};
  seen_.look.way_back.reset();
  seen_.look.lag_ms.reset();
}

void View::set_strays(std::optional<StrayReport> strays) {
  const Lock lock(mutex_);
  seen_.strays = std::move(strays);
}

}  // namespace cutover
