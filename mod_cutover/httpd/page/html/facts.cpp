// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/html/facts.h"

#include <cmath>

#include "mod_cutover/httpd/page/html/words.h"
#include "shared/figures/forecast.h"

namespace cutover {
namespace {

class FactsMaker {
 public:
  FactsMaker(const Snapshot& site, const Surroundings& around) : s_(site), around_(around) {}

  Facts make() {
    state();
    gate();
    next_run();
    armed();
    run();
    last();
    actions();
    figures_of_now();
    return std::move(facts_);
  }

 private:
  void so(const char* name, bool is) {
    if (is) facts_.so.insert(name);
  }
  void text(const std::string& name, std::string words) { facts_.texts[name] = std::move(words); }

  void state() {
    so("old", s_.side == "old");
    so("new", s_.side == "new");
    so("held", s_.side == "none");
    so("doubt", !s_.doubt.empty());
    so("completed", !s_.completed.empty());
    so("unbalanced", !balanced(s_.counts) && s_.counts.held_now == 0);
    so("releasing", s_.counts.releasing != 0);
    so("databases", s_.databases);
    so("no-databases", !s_.databases);
    text("side", side_in_words(s_));
    text("doubt", s_.doubt);
    text("releasing", std::to_string(s_.counts.releasing));
    text("window", std::to_string(s_.counts.release_window));
  }

  void gate() {
    const bool rest = !s_.direction;  // in a run nobody looks at the gate
    so("gate-open", rest && s_.gate.open);
    so("gate-closed", rest && !s_.gate.open);
    so("back-possible", rest && s_.way_back && s_.way_back->possible);
    so("back-not", rest && s_.way_back && !s_.way_back->possible);
    so("back-none", rest && !s_.way_back);
  }

  static std::string in_words(const LastRun& rehearsal) {
    std::string words = rehearsal.outcome;
    for (const PhaseTime& p : rehearsal.phases) words += ", " + p.name + " " + duration(p.ms);
    const std::string whom = waited_for(rehearsal);
    if (!whom.empty()) words += "; it waited for " + whom;
    const std::string closed = closed_ones(rehearsal);
    return closed.empty() ? words : words + "; " + closed;
  }

  void next_run() {
    so("forecast", s_.forecast.has_value());
    so("no-forecast", !s_.forecast);
    so("fits", s_.forecast && s_.forecast->total_ms() <= around_.limit_ms);
    so("fits-not", s_.forecast && s_.forecast->total_ms() > around_.limit_ms);
    so("slow", !s_.slow.empty());
    so("rehearsed", s_.rehearsal.has_value());
    text("forecast", s_.forecast ? described(*s_.forecast) : "");
    text("slow", described(s_.slow));
    text("rehearsed", s_.rehearsal ? in_words(*s_.rehearsal) : "");
    text("rehearsed-reason", s_.rehearsal ? s_.rehearsal->reason : "");
    so("strays", s_.strays.has_value());
    text("strays", s_.strays ? s_.strays->verdict : "");
  }

  void armed() {
    so("armed", s_.armed.has_value());
    so("disarmed", s_.disarmed.has_value());
    text("armed", s_.armed ? described(*s_.armed) : "");
    text("armed-waits", s_.armed ? s_.armed->waits_for : "");
    text("disarmed", s_.disarmed ? described(*s_.disarmed) : "");
  }

  void run() {
    const bool rehearsal = s_.progress && s_.progress->rehearsal;
    so("running", s_.direction.has_value());
    so("rehearsing", rehearsal);
    so("moving", s_.direction && !rehearsal);
    so("proves", s_.direction == Direction::kSwitch && !rehearsal && s_.forecast &&
                     s_.forecast->proof_ms > 0);
    so("abortable", s_.progress && s_.progress->abortable);
    so("not-abortable", s_.progress && !s_.progress->abortable);
    const std::string phase = s_.phase == "serving" ? "checking" : s_.phase;
    std::string what = s_.direction ? std::string(name(*s_.direction)) : "nothing";
    if (rehearsal) what = "rehearsal";
    text("run-title", what + " is under way: " + phase);
    text("run-time", s_.progress ? duration(s_.progress->ms) : "");
  }

  void last() {
    so("no-last", !s_.last && around_.coordinator);
    so("last-unknown", !s_.last && !around_.coordinator);
    so("last", s_.last.has_value());
    if (!s_.last) return;
    const LastRun& run = *s_.last;
    so("last-done", run.outcome == "done");
    so("last-not-done", run.outcome != "done");
    so("last-reason", !run.reason.empty());
    so("last-phases", !run.phases.empty());
    text("last-what", std::string(name(run.direction)) + ", " + run.outcome);
    text("last-reason", run.reason);
    text("last-time", duration(run.duration_ms));
    text("last-pause", duration(run.pause_ms));
    text("last-held", std::to_string(run.held_max));
    text("last-timed-out", std::to_string(run.timed_out));
    text("last-shed", std::to_string(run.shed));
  }

  void actions() {
    const bool may = around_.control && around_.coordinator;
    const bool rest = may && !s_.direction;
    so("acts-not", around_.control && !around_.coordinator);
    so("say-switch", s_.side != "new");  // what makes sense now
    so("say-rollback", s_.side == "new" && s_.completed.empty());
    const bool moves = rest && s_.completed.empty();
    so("act-rest", moves);
    so("act-old", moves && s_.side == "old");
    so("act-new", moves && s_.side == "new");
    so("act-running", may && s_.direction.has_value());
    so("act-armed", may && s_.armed.has_value());
  }

  void figures_of_now() {
    text("lag", lag());
    text("in-flight", std::to_string(s_.counts.in_flight));
    text("held", std::to_string(s_.counts.held_now));
    const HistorySample* newest = around_.coordinator ? around_.newest : nullptr;
    text("old-rate", newest != nullptr ? rate(newest->old_per_second) : "unknown");
    text("new-rate", newest != nullptr ? rate(newest->new_per_second) : "unknown");
    for (const Figure& figure : figures())
      text("figure-" + std::string(figure.key), figure_words(figure.get(s_)));
  }

  std::string lag() const {
    if (s_.direction) return "not measured";  // what was seen before the run is no longer so
    return s_.lag_ms ? duration(*s_.lag_ms) : "unknown";
  }

  const Snapshot& s_;
  const Surroundings& around_;
  Facts facts_;
};

}  // namespace

Facts facts_of(const Snapshot& site, const Surroundings& around) {
  return FactsMaker(site, around).make();
}

}  // namespace cutover
