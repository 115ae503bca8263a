// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/site/keeper.h"

#include <algorithm>

#include "mod_cutover/cutoverd/run/after_flip.h"
#include "mod_cutover/cutoverd/run/limits.h"
#include "mod_cutover/cutoverd/trail/log.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kFirstPause = 2s;
constexpr Nanos kLongestPause = 60s;

}  // namespace

void Keeper::look() {
  if (desk_.ports.replication == nullptr || !desk_.footing.at_rest()) return;
  if (!desk_.footing.is_ours()) claim();
  if (!desk_.footing.is_ours()) return;
  settle();
  keep();
}

// A database that was never seen in its role is none of ours: on a new host that still serves
// something else, nothing is fenced because a module was loaded. The position of that moment is
// what the other's own writes are compared with from then on.
void Keeper::claim() {
  if (!watch_.gate().open || watch_.position().empty()) return;
  JournalRecord& record = desk_.footing.record;
  record.position = watch_.settled().empty() ? watch_.position() : watch_.settled();
  desk_.footing.write();
  log(Message::kRolesKept, desk_.settings.name,
      "both databases are in their roles (" + std::string(name(record.side)) + " writes, " +
          std::string(name(other(record.side))) + " follows) and are kept there");
}

// What the other one wrote without rows is part of the baseline from then on, so that it counts for
// none also once the log that tells what it was is gone.
void Keeper::settle() {
  JournalRecord& record = desk_.footing.record;
  if (record.in_doubt || watch_.settled().empty() || watch_.settled() == record.position) return;
  record.position = watch_.settled();
  desk_.footing.write();
}

void Keeper::keep() {
  Footing& footing = desk_.footing;
  const bool wrong = (watch_.replica_writable() && desk_.settings.fence) ||
                     (watch_.writer_read_only() && desk_.settings.promote) ||
                     (watch_.strayed() && !footing.record.in_doubt);
  if (!wrong && footing.unsettled.empty()) {
    recovery_.tell_nothing();
    pay_what_is_owed();
    return;
  }
  const Answer command = desk_.ports.replication->take_command(kKeeperCommandLimit);
  if (command.done()) {
    const Evidence evidence = recovery_.look();
    const Recovery row = recover(footing.record.phase, evidence);
    recovery_.tell(row);
    recovery_.carry_out(row);
    // MySQL's read_only without super_read_only is no known role, and its writes are seen all the
    // same.
    if (watch_.strayed() && !footing.record.in_doubt)
      recovery_.serve_and_fence_other("the other database did not refuse everybody");
    if (evidence.theirs_read_only.value_or(false)) footing.unsettled.clear();
    desk_.ports.replication->leave_command();
  } else if (recovery_.tells_anew(command.why)) {
    log(Message::kOutOfRole, desk_.settings.name,
        "a database is out of its role and cannot be put back: " + command.why);
  }
  desk_.view.set_doubt(footing.doubt());
}

// After a flip: the roles that are to be kept, the way back that is to be armed. Tried for as long
// as it takes, since a link that is missing now is missed on the day when it is needed.
void Keeper::pay_what_is_owed() {
  Footing& footing = desk_.footing;
  Clock& clock = desk_.ports.clock;
  if (!footing.record.owed || footing.record.in_doubt || clock.now() < pay_at_) return;
  Replication& databases = *desk_.ports.replication;
  const Answer command = databases.take_command(kKeeperCommandLimit);
  std::string why = command.why;
  if (command.done()) {
    why = after_flip(databases, desk_.settings, footing.record, kStatementLimit);
    databases.leave_command();
  }
  pay_pause_ = std::clamp(pay_pause_ * 2, kFirstPause, kLongestPause);
  pay_at_ = clock.now() + pay_pause_;
  if (!footing.record.owed) {
    footing.write();
    log(Message::kWayBackArmed, desk_.settings.name, why.empty() ? "the way back is armed" : why);
    desk_.audit.add({{"site", desk_.settings.name}, {"event", "way back"}, {"reason", "armed"}});
    why.clear();
    pay_pause_ = Nanos{0};
  } else if (why != footing.not_armed) {
    log(Message::kWayBackNotArmed, desk_.settings.name, why + "; it is tried again");
  }
  footing.not_armed = why;
}

}  // namespace cutover
