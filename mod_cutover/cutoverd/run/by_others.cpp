// SPDX-License-Identifier: Apache-2.0
// Of the effects those that a site leaves to others: what is not sent is waited for.
#include "mod_cutover/cutoverd/run/by_others.h"

#include "mod_cutover/cutoverd/run/run.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kLookPause = 5ms;

Answer seen(const Reading<bool>& read_only, bool wanted, Side side, const char* directive) {
  if (read_only && *read_only == wanted) return Answer::yes();
  std::string why = "others are to make the " + std::string(name(side)) + " database " +
                    (wanted ? "read-only" : "writable") + " (" + directive + " Off)";
  if (!read_only) return Answer::unknown(why + ": " + read_only.error);
  return Answer::no(why + ", and it is " + (wanted ? "writable" : "read-only"));
}

}  // namespace

Answer seen_read_only(Replication& databases, Side side) {
  return seen(databases.read_only(side), true, side, "CutoverFence");
}

Answer seen_writable(Replication& databases, Side side, const char* directive) {
  return seen(databases.read_only(side), false, side, directive);
}

Answer fence_or_see(const Ports& ports, const SiteSettings& settings, Side side, Nanos limit) {
  Replication& databases = *ports.replication;
  if (settings.fence) return databases.fence(side, limit);
  const Answer seen = seen_read_only(databases, side);
  if (seen.kind != Answer::Kind::kFailed || ports.hooks == nullptr || !settings.has_hook("fence"))
    return seen;
  const Direction away = towards(other(side));
  const Answer ended = ports.hooks->run(
      {"fence", away, side, side, "it had to be fenced again", settings.hook_timeout});
  return ended.done() ? seen_read_only(databases, side) : ended;
}

// The hook fence does it, or somebody who is not asked: he sees the phase, or our word for it in
// log and page.
Event Run::see_fenced() {
  const Answer ended = has_hook("fence") ? run_hook("fence", leaving_, true) : Answer::yes();
  if (!ended.done() && !aborted()) return failed(Event::kFenceFailed, ended.why);
  const Nanos limit = ports_.clock.now() + settings_.fence_timeout;
  for (bool told = false;; ports_.clock.sleep(kLookPause)) {
    if (aborted()) return Event::kAborted;
    const Answer answer = seen_read_only(*ports_.replication, leaving_);
    if (answer.done()) return Event::kSeenFenced;
    if (ports_.clock.now() >= limit) return failed(Event::kFenceFailed, answer.why);
    if (!told && turned_)
      on_phase_(Phase::kReturning, step(Phase::kProving, Event::kProofFailed).id, answer.why);
    else if (!told)
      on_phase_(Phase::kFencing, step(Phase::kFencing, Event::kSealed).id, answer.why);
    told = true;
    sample_held();
  }
}

// PROMOTE is on the disk, and nothing is sent: whoever wrote that himself, and reads back that the
// arriving database is as it was, may still turn back. Whoever finds it, or gets no answer, cannot
// know what happened, and looks again; he ends with a person's word, or the coordinator's.
Event Run::see_promoted() {
  if (has_hook("promote")) return promote_by_hook();
  const Nanos limit = ports_.clock.now() + settings_.catch_up_timeout;
  for (;; ports_.clock.sleep(kLookPause)) {
    const Answer answer = seen_writable(*ports_.replication, arriving_, "CutoverPromote");
    if (answer.done()) {
      detail_.clear();
      return proves() ? Event::kPromotedToProve : Event::kSeenPromoted;
    }
    const Phase now = turned_ ? Phase::kReturning : Phase::kPromoting;
    if (answer.why != detail_) on_phase_(now, step(now, Event::kNotSeenPromoted).id, answer.why);
    detail_ = answer.why;
    sample_held();
    const bool turns_back = !resumed_ && answer.kind == Answer::Kind::kFailed;
    if (!turns_back && told_to_leave()) return Event::kNotSeenPromoted;
    if (ports_.clock.now() < limit) continue;
    const Reading<bool> wrote = ports_.replication->wrote_beyond(arriving_, record_.position);
    const bool untouched = wrote && !*wrote;
    return turns_back && untouched ? Event::kNotPromotedByOthers : Event::kNotSeenPromoted;
  }
}

// Bounded, unlike an un-fence of our own: who undoes it may wait for the hook `aborted`, which
// comes after the end. A server that does not answer is waited for, as ever.
Event Run::see_unfenced() {
  const Nanos limit = ports_.clock.now() + settings_.fence_timeout;
  for (;; ports_.clock.sleep(kLookPause)) {
    const Answer answer = seen_writable(*ports_.replication, leaving_, "CutoverFence");
    if (answer.done()) return Event::kUndone;
    if (ports_.clock.now() < limit && !told_to_leave()) continue;
    if (answer.kind == Answer::Kind::kFailed) return Event::kLeftFenced;
    return not_undone(answer.why);
  }
}

}  // namespace cutover
