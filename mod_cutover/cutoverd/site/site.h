// SPDX-License-Identifier: Apache-2.0
// One site's coordinator: a thread of its own, and the parts that it works with. It recovers, looks
// at everything at each tick, and carries out one command at a time.
//
// Threads: everything is the site's own thread's but the mailbox and the view, which have locks of
// their own. snapshot(), submit(), abort() and leave() may be called by any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/appointment/diary.h"
#include "mod_cutover/cutoverd/looks/selinux.h"
#include "mod_cutover/cutoverd/looks/stray_book.h"
#include "mod_cutover/cutoverd/new_host/page_checks.h"
#include "mod_cutover/cutoverd/new_host/proof_pages.h"
#include "mod_cutover/cutoverd/run/word_store.h"
#include "mod_cutover/cutoverd/site/completion.h"
#include "mod_cutover/cutoverd/site/keeper.h"
#include "mod_cutover/cutoverd/site/orders.h"
#include "mod_cutover/cutoverd/site/resolve.h"
#include "mod_cutover/state/journal_file.h"
#include "mod_cutover/state/other_children.h"
#include "shared/figures/verified.h"
#include "shared/pages/question.h"
#include "shared/protocol/ports.h"
#include "shared/protocol/settings.h"

namespace cutover {

// What a site is made of, opened while the coordinator still was root.
struct SiteParts {
  SiteSettings settings;
  std::unique_ptr<JournalFile> journal;
  std::unique_ptr<WordStore> store;
  std::unique_ptr<StrayBook> strays;         // none in tests that do not look at them
  std::unique_ptr<Replication> replication;  // none: a site without databases, or see `trouble`
  std::vector<PageProbe> probes;             // CutoverProbe
  std::vector<PageProbe> proofs;             // CutoverProof
  std::unique_ptr<Pages> pages;              // the two hosts, for the probes
  std::unique_ptr<NameServer> names;         // none in tests that do not ask for any
  std::unique_ptr<Hooks> hooks;              // none in tests that have none
  std::unique_ptr<ArmedFile> armed;          // none in tests that hand nothing on
  // Of the databases; none where there are none, or see `trouble`.
  std::unique_ptr<Verification> verification{};
  const OtherChildren* others = nullptr;  // of httpd; none in tests that have none
  std::int64_t workers = 0;               // of httpd, for all sites together
  std::string httpd{};                    // which it is, and how it holds, in words
  std::vector<Door> database_doors{};     // where they are reached over the network
  // How long it lets other sites of this coordinator go first, should two of them want a server.
  Nanos claims_after{0};
  std::string trouble;  // why the databases cannot be asked (an option file); closes the gate
};

class Site {
 public:
  Site(SiteParts parts, Clock& clock, Audit& audit);

  void run();  // the thread; returns after leave()

  const SiteSettings& settings() const { return parts_.settings; }
  Snapshot snapshot() const;
  Verification* verification() const { return parts_.verification.get(); }
  // Finished at once with a refusal when the site is busy or leaving.
  void submit(const std::shared_ptr<Ticket>& ticket) { mailbox_.submit(ticket); }
  // Waits for the end of the run that it stops.
  Outcome abort(const std::string& by);
  // `now`: a run under way is aborted where that is possible; otherwise it is finished first. One
  // that is stuck in the databases is left to the next coordinator in any case.
  void leave(bool now) { mailbox_.leave(now); }

 private:
  void recover_until_decided();
  bool try_to_decide();
  bool carry_out(Ticket& ticket);  // true when it was done
  void tick();
  GateState gate() const;
  View::Look look() const;
  std::string awaits_calm(const View::Look& look);
  void look_at_strays(bool at_once = false);
  void keep_what_is_armed();
  Desk desk();
  // Who serves, as long as no run is under way and nothing is in doubt. Any thread: view and word
  // have their own.
  std::optional<Side> at_rest_on() const {
    const Word word = parts_.store->word();
    if (word.mode == Mode::kHold || view_.under_way().running || !view_.doubt().empty())
      return std::nullopt;
    return word.mode == Mode::kOld ? Side::kOld : Side::kNew;
  }

  SiteParts parts_;
  Clock& clock_;
  Audit& audit_;
  View view_;
  Mailbox mailbox_;
  UrlProbe new_host_;
  GateWatch watch_;
  Footing footing_;
  Rehearsal rehearsal_;
  DirectVisitors direct_visitors_;
  ProofPages proofs_;
  Preflight preflight_;
  Runs runs_;
  Lives lives_;
  Ownership ownership_;
  SiteRecovery recovery_;
  Keeper keeper_;
  Quiet quiet_;
  Diary diary_;
  Calm calm_;
  Orders orders_;
  Resolve resolve_;
  Completion completion_;
  Nanos strays_at_{0};  // when they are looked at again
};

}  // namespace cutover
