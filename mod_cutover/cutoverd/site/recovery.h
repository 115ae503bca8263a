// SPDX-License-Identifier: Apache-2.0
// What a coordinator does before it does anything else: kill what a predecessor left on the
// servers, read the journal, look at the databases, then and only then touch the word. The rows of
// the recovery table (shared/protocol/recovery.h) are carried out here, for the keeper as well. The
// site's own thread's.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "mod_cutover/cutoverd/site/lives.h"
#include "mod_cutover/cutoverd/site/ownership.h"
#include "mod_cutover/cutoverd/site/runs.h"
#include "mod_cutover/state/journal_file.h"
#include "shared/protocol/recovery.h"

namespace cutover {

class SiteRecovery {
 public:
  // `found`: what stood in the journal when it was opened. `trouble`: why the databases cannot be
  // asked although they are configured; or nothing.
  SiteRecovery(const Desk& desk, const Mailbox& mailbox, Runs& runs, Lives& lives,
               Ownership& ownership, const JournalReading& found, const std::string& trouble)
      : desk_(desk),
        mailbox_(mailbox),
        runs_(runs),
        lives_(lives),
        ownership_(ownership),
        found_(found),
        trouble_(trouble) {}

  // One try. True when it is decided who serves; otherwise the view says what it waits for.
  bool try_once();

  // Who was made to serve last, as that server remembers; nothing where it does not, or is silent.
  std::optional<Served> remembered(Side by);

  // -- of the recovery table, for whoever looks at rest ------------------------------------------
  Evidence look();
  // What was found, once, however often the same is found; or that nothing is wrong any more.
  void tell(const Recovery& row);
  void tell_nothing() { told_.clear(); }
  bool tells_anew(const std::string& what) { return what != std::exchange(told_, what); }
  // Whether the site is at rest afterwards.
  bool carry_out(const Recovery& row);
  // The other database was writable: fenced, proved, and only then compared.
  bool serve_and_fence_other(const std::string& why);
  // A person's word (phase resolve, recorded before). The other database is fenced, and what it
  // holds is the new baseline; where it is not, it owes its fence.
  Answer fence_as_resolved(Nanos limit);
  // `side` is proved the writer and serves; or footing.unsettled says why not.
  bool serve_as_resolved();
  // The database that does not serve has writes that nobody knows: in doubt, until a person says
  // what is to become of them.
  void flag(const std::string& why);

 private:
  // recovery.cpp
  bool without_databases();
  bool undo_what_was_told();
  bool adopt();
  bool is_older_than_the_servers();
  bool go_by(const Served& served);
  bool take_command();
  void compare(const Position& position, Evidence& e);
  bool hold_and_tell(const std::string& what, const std::string& details = "");
  bool tell_of_doubt(const std::string& what, const std::string& details);
  bool hold_in_doubt(const std::string& doubt);
  void seal(const std::string& why);
  // recovery_rows.cpp
  bool fenced(Side side);
  bool rest_at(Side side, const std::string& doubt);
  void apply_nothing(Side side);
  bool serve_said(const std::string& why);
  bool finish_resolve();
  bool stay(const std::string& why);
  bool undo(const std::string& why);
  bool serve_writable(const std::string& why);
  bool fence_and_forward(bool flag, bool may_have_moved);
  bool forward(const std::string& why);
  bool forward_owing(const std::string& why);
  bool proved_writable(Side side);

  Replication& databases() const { return *desk_.ports.replication; }
  JournalRecord& record() const { return desk_.footing.record; }

  const Desk desk_;
  const Mailbox& mailbox_;
  Runs& runs_;
  Lives& lives_;
  Ownership& ownership_;
  const JournalReading& found_;
  const std::string& trouble_;
  std::string told_;
  bool decided_ = false;           // once, in this life: what the word says is ours since
  bool drained_ = false;           // once: who has not ended by then is not waited for again
  bool nothing_was_sent_ = false;  // by the run that was interrupted
};

}  // namespace cutover
