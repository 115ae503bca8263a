// SPDX-License-Identifier: Apache-2.0
// One site's coordinator: a thread of its own that recovers, looks at replication at every tick,
// and carries out one command at a time.
//
// Threads: everything is the site's own thread's but what stands under `mutex_` and `flags_`.
// snapshot(), submit(), abort() and leave() may be called by any thread.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "mod_cutover/cutoverd/new_host/host_probe.h"
#include "mod_cutover/cutoverd/new_host/page_checks.h"
#include "mod_cutover/cutoverd/run/run.h"
#include "mod_cutover/cutoverd/run/word_store.h"
#include "mod_cutover/cutoverd/site/stray_book.h"
#include "mod_cutover/cutoverd/site/ticket.h"
#include "mod_cutover/cutoverd/site/watch.h"
#include "mod_cutover/cutoverd/trail/audit.h"
#include "mod_cutover/state/journal_file.h"
#include "shared/figures/slow_paths.h"
#include "shared/figures/traffic.h"
#include "shared/protocol/recovery.h"

namespace cutover {

// What a site is made of, opened while the coordinator still was root.
struct SiteParts {
  SiteSettings settings;
  std::unique_ptr<JournalFile> journal;
  std::unique_ptr<WordStore> store;
  std::unique_ptr<StrayBook> strays;         // none in tests that do not look at them
  std::unique_ptr<Replication> replication;  // none: a site without databases, or see `trouble`
  std::vector<PageProbe> probes;             // CutoverProbe
  std::unique_ptr<Pages> pages;              // the two hosts, for the probes
  std::int64_t workers = 0;                  // of httpd, for all sites together
  std::string trouble;  // why the databases cannot be asked (an option file); closes the gate
};

class Site {
 public:
  Site(SiteParts parts, Clock& clock, Audit& audit);

  void run();  // the thread; returns after leave()

  const SiteSettings& settings() const { return parts_.settings; }
  Snapshot snapshot() const;
  // Finished at once with a refusal when the site is busy or leaving.
  void submit(const std::shared_ptr<Ticket>& ticket);
  // Waits for the end of the run that it stops.
  Outcome abort(const std::string& by);
  // `now`: a run under way is aborted where that is possible; otherwise it is finished first. One
  // that is stuck in the databases is left to the next coordinator in any case.
  void leave(bool now);

 private:
  // site.cpp
  void tick();
  std::shared_ptr<Ticket> wait_for_ticket();
  std::shared_ptr<Ticket> next_ticket();
  std::shared_ptr<Ticket> take_pending();
  bool leaving() const;
  void turn_away();
  void look_at_strays();
  void command_ended();
  void set_doubt(const std::string& doubt);
  bool is_ours() const { return !record_.position.empty(); }
  std::string doubt_at_rest() const { return record_.in_doubt ? record_.doubt : unsettled_; }
  std::optional<Outcome> not_taken() const;  // under mutex_
  void note_phase(Phase phase, std::uint16_t id, std::string_view why);
  void run_begins(Direction direction, bool rehearsal = false);  // these three under mutex_
  void run_ends();
  Progress progress() const;
  Ports ports();

  // site_recovery.cpp
  void recover_until_decided();
  bool carry_out_undecided(Ticket& ticket);
  bool recover_once();
  bool adopt();
  void tell(const Recovery& recovery);
  Evidence look();

  // site_resume.cpp
  bool carry_out(const Recovery& recovery);
  bool undo(const std::string& why);
  bool serve_writable(const std::string& why);
  bool fence_and_forward(bool flag, bool may_have_moved);
  bool rest_at(Side side, const std::string& doubt);
  void resume(Phase phase, Event event, const std::string& why);
  void seal(const std::string& why);

  // site_keeper.cpp
  void claim();
  void keep();
  bool serve_and_fence_other(const std::string& why);
  void pay_what_is_owed();

  // site_resolve.cpp
  Outcome resolve(const Ticket& ticket);
  std::string given_up(const Ticket& ticket);
  void hold_and_drain();
  std::string fence_for_good(Side side, bool other_is_down, JournalRecord& wanted,
                             nlohmann::json& event);

  // site_commands.cpp
  void answer_serve();
  bool carry_out(Ticket& ticket);  // true when it was done
  Outcome preflight(Direction direction);
  struct Order {
    Direction direction;
    std::string by;
    Ticket* ticket = nullptr;  // of whoever waits for it
    Purpose purpose = Purpose::kMove;
    bool accepts_loss() const { return purpose == Purpose::kMoveWithLoss; }
    bool rehearses() const { return purpose == Purpose::kRehearse; }
  };
  Outcome change_side(const Order& order);
  std::string not_yet(const Order& order);
  std::string not_now(const Order& order);
  nlohmann::json news(Phase phase, std::string_view why, Nanos since_start) const;
  void forget_what_was_seen();
  Outcome run_it(const Order& order);
  std::string refusal(Direction direction);
  Outcome refused(const Order& order, const std::string& why);
  std::string said_when_done(const LastRun& last) const;
  Outcome ended(const LastRun& last, const std::string& by);
  bool look_at_new_host(std::vector<Check>& checks);  // true: it answers
  Check look_at_capacity();
  std::vector<Check> checks(Direction direction, Purpose purpose);
  bool run_hook(const std::string& event, const std::string& reason, std::string& why);
  void write_down_the_loss(const Run& run, const std::string& by);
  void run_last_hook(const LastRun& last);

  // site_rehearse.cpp
  static constexpr std::size_t kSlowTold = 10;
  Outcome rehearse(Ticket& ticket);
  Forecast forecast() const;
  Check look_at_forecast(Direction direction);
  Check look_at_long_requests();

  SiteParts parts_;
  Clock& clock_;
  Audit& audit_;
  UrlProbe new_host_;
  GateWatch watch_;
  Traffic traffic_;
  SlowPaths slow_paths_;
  std::optional<Nanos> rehearsed_at_;  // by this coordinator
  JournalRecord record_;
  RunFlags flags_;
  bool known_ = false;  // record_ is where the site stands, however the journal was found
  bool rest_unwritten_ = false;
  std::string unsettled_;  // the other database was writable, and is not yet fenced and compared
  std::string told_;       // what recovery found last
  Nanos strays_at_{0};     // when they are looked at again
  Nanos pay_at_{0};  // when what is owed after a flip is tried again, and how long the next wait
  Nanos pay_pause_{0};

  mutable std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::shared_ptr<Ticket> pending_;
  bool decided_ = false;  // recovery is over
  bool busy_ = false;     // a command is being carried out
  bool abortable_ = false;
  std::uint64_t commands_ended_ = 0;
  bool leaving_ = false;
  std::optional<LastRun> last_;
  std::optional<LastRun> rehearsal_;  // the newest
  std::string outcome_;               // of whichever of the two ended last
  std::optional<Forecast> forecast_;
  std::vector<SlowRequest> slow_;
  std::optional<StrayReport> strays_;   // while new serves
  std::optional<Direction> direction_;  // from the command's first look to its end
  struct Entered {
    Phase phase;
    Nanos at;
  };
  Nanos run_began_{0};       // of the run in `direction_`
  std::string run_started_;  // UTC
  bool rehearsing_ = false;
  std::vector<Entered> been_;  // its phases so far
  Phase phase_ = Phase::kServing;
  GateState gate_;
  std::optional<double> lag_ms_;
  std::string doubt_;
  std::optional<WayBack> way_back_;
  std::string not_armed_;  // why the way back is not, while that is owed
};

}  // namespace cutover
