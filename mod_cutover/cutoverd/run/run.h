// SPDX-License-Identifier: Apache-2.0
// One switch or rollback: walks the transition table and performs its effects through the ports.
// Used by one thread, the site's own; `abort` and `stop` are set by others (relaxed flags: they
// carry no data, and are looked at between two steps).
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include "shared/figures/slow_paths.h"
#include "shared/figures/snapshot.h"
#include "shared/protocol/ports.h"
#include "shared/protocol/settings.h"
#include "shared/protocol/transitions.h"

namespace cutover {

struct Ports {
  Replication* replication = nullptr;  // none for a site without databases
  HostProbe* new_host = nullptr;
  Clock& clock;
  Journal& journal;
  StateStore& store;
  SlowPaths* slow = nullptr;  // none: nobody is known to take long, and no run quietens its site
  Proofs* proofs = nullptr;
  Hooks* hooks = nullptr;  // none in tests that have none
};

struct RunFlags {
  std::atomic<bool> abort{false};    // the operator's word
  std::atomic<bool> stop{false};     // leave where it is stuck: the journal tells the next one
  std::atomic<bool> give_up{false};  // the same, since a person has decided
};

enum class Purpose : std::uint8_t {
  kMove,
  kMoveWithLoss,  // the arriving database takes over without what it lacks, counted behind the
                  // fence
  kRehearse,      // hold, drain, wait until it has caught up; and back, with nothing changed
};

// What a run tells while it goes: the phase just entered, the row's id and sentence; the same phase
// again with the reason when it cannot be left.
using OnPhase = std::function<void(Phase, std::uint16_t id, std::string_view why)>;

class Run {
 public:
  // `record` is the site's newest journal record; it is kept up to date.
  Run(const SiteSettings& settings, Direction direction, Ports ports, JournalRecord& record,
      RunFlags& flags, OnPhase on_phase, Purpose purpose = Purpose::kMove);

  LastRun go() { return walk(Phase::kServing, quietens() ? Event::kAskedQuietly : Event::kAsked); }
  // From a journal: at `phase`, `event` is what recovery found out.
  LastRun resume(Phase phase, Event event) {
    resumed_ = true;
    return walk(phase, event);
  }

  // The record of where the site stands could not be written: no new run until it is.
  bool rest_unwritten() const { return rest_unwritten_; }
  // How the way back fared, when that is worth telling.
  const std::string& way_back() const { return way_back_; }
  // Why the arriving database has not written down that it serves; empty: it has, or had no need.
  const std::string& not_remembered() const { return not_remembered_; }
  // Why the arriving side serves though it was not proved; empty: it was, or was not to be.
  const std::string& unproved() const { return unproved_; }
  // From promoting on, where loss was accepted: what is lost, and where it can be found.
  const Position& lost() const { return last_.lost; }
  const std::string& lost_where() const { return lost_where_; }

 private:
  LastRun walk(Phase phase, Event event);
  std::optional<Event> perform(Effect effect, Phase phase);
  std::optional<Event> record(Effect effect);
  std::optional<Event> write(JournalPhase phase, Side side);
  std::optional<Event> begin();
  void write_anyway(JournalPhase phase, Side side);
  std::optional<Event> record_release();
  void hold(AtDeadline at_deadline);
  void serve(Side side);
  bool quietens() const;
  Event await_quiet();
  Event await_drain();
  Event drained();
  void await_busy();
  bool leave_behind();
  void look_who_is_left(Nanos now);
  Event sum_again();
  std::optional<Event> close_endless();
  Event fence();
  Event see_fenced();
  std::optional<Event> read_position();
  std::optional<Event> know_both_places();
  std::optional<Event> note_where_it_begins();
  Event await_position();
  bool link_runs();
  Event count_the_loss();
  Event last_look();
  std::string who_locks();
  Event recheck();
  Event look_for_strays();
  Event promote();
  void remember();
  Event see_promoted();
  bool has_hook(const char* event) const;
  Answer run_hook(const char* event, Side database, bool hears_abort);
  Event caught_up();
  std::optional<Event> tell_fenced();
  Event promote_by_hook();
  Event take_back();
  Event see_unfenced_by_hook(const Answer& ended);
  Event not_undone(const std::string& why);
  Answer unfence_alone();
  Event unfence();
  Event see_unfenced();
  Event rehearse_catch_up();
  bool proves() const;
  bool leads_back() const;
  Nanos proof_time() const;
  Nanos time_after_promotion() const;
  void arm_way_back(Phase phase);
  Event prove();
  Event not_proved(Event where_it_leads_back, const std::string& why);
  void turn_round();
  bool aborted() const;
  bool told_to_leave() const;
  void pause();
  void enter(Phase phase, std::uint16_t id, std::string_view why);
  void sample_held();
  LastRun report(const std::string& outcome);
  Event failed(Event event, const std::string& why);

  const SiteSettings& settings_;
  const Direction direction_;
  Side leaving_;  // turn_round() swaps the two
  Side arriving_;
  Ports ports_;
  JournalRecord& record_;
  RunFlags& flags_;
  OnPhase on_phase_;
  const bool accept_loss_;  // by GTIDs alone it can be counted
  const bool rehearsal_;
  const bool owed_before_;
  Position baseline_;  // the record's, before the run, or before it turned round

  Nanos deadline_{0};  // of the hold
  Nanos started_{0};
  Nanos phase_since_{0};
  Nanos drained_at_{0};
  Nanos served_at_{0};
  Nanos next_pause_{0};
  Nanos next_look_{0};
  std::optional<Phase> timed_;  // the phase that phase_since_ belongs to
  Counts before_;
  LastRun last_;
  std::int64_t held_in_phase_ = 0;  // the most at once
  std::string detail_;              // what the last failed effect said
  std::string last_why_;            // the sentence of the row that turned the run back
  std::string way_back_;
  std::string not_remembered_;
  std::string lost_where_;
  std::string unproved_;
  bool resumed_ = false;    // what a predecessor did is not known
  bool turned_ = false;     // leaving_ and arriving_ are each other's
  bool moved_ = false;      // the arriving side of its direction serves
  bool rehearsed_ = false;  // all that is rehearsed went well
  bool rest_unwritten_ = false;
};

}  // namespace cutover
