// SPDX-License-Identifier: Apache-2.0
// Where a site stands: the newest journal record, and the word that follows from it at rest. All
// parts of a site that change it do so through this one, in the site's own thread.
#pragma once

#include <string>

#include "shared/protocol/journal_record.h"
#include "shared/protocol/ports.h"
#include "shared/protocol/settings.h"

namespace cutover {

class Footing {
 public:
  Footing(const SiteSettings& settings, Journal& journal, StateStore& store, Clock& clock)
      : settings_(settings), journal_(journal), store_(store), clock_(clock) {}

  // A run keeps it up to date by itself, and tells afterwards whether its last record was written.
  JournalRecord record;
  bool known = false;     // `record` is where the site stands, however the journal was found
  std::string unsettled;  // why a database is not yet in its role, while that is tried again
  std::string not_armed;  // why the way back is not, while that is owed

  Side serving() const { return record.side; }
  bool at_rest() const { return record.phase == JournalPhase::kRest; }
  // Both databases were once seen in their roles. One that never was is none of ours.
  bool is_ours() const { return !record.position.empty(); }
  // Why a person must look; nothing when all is well.
  std::string doubt() const { return record.in_doubt ? record.doubt : unsettled; }

  // A person said that the move is over, in words; nothing where none has.
  std::string completed() const;

  // The record as it is now. What cannot be written is tried again by retry(), and no new command
  // begins until it is.
  void write() { unwritten_ = !journal_.write(record); }
  void retry() {
    if (unwritten_) write();
  }
  void wrote(bool written) { unwritten_ = !written; }
  // Why the journal cannot be written; nothing when it could be.
  std::string unwritten() const {
    return unwritten_ ? "the journal cannot be written: " + journal_.error() : "";
  }

  // At rest with `side`, by word and journal. Whoever the other side serves ends there first.
  void rest_at(Side side, const std::string& doubt);
  // Nobody is let through, and no worker chooses a side: until more is known.
  void seal();
  // Behind the seal: whoever is in flight ends where he is, as far as he does in time.
  void drain();
  bool is_sealed() const;

 private:
  // The same for those that never end.
  void close_endless(Side leaving);

  const SiteSettings& settings_;
  Journal& journal_;
  StateStore& store_;
  Clock& clock_;
  bool unwritten_ = false;
};

}  // namespace cutover
